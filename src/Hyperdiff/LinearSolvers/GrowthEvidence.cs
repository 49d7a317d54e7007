namespace Hyperdiff;

/// <summary>Evidence that an iteration <c>e ← (I − η A) e</c> grows for ever: a real eigenvalue of its matrix above 1 in modulus.</summary>
/// <remarks>
/// The powers of a matrix that is far from normal grow by any factor before they fall, and Ritz values from a few products lie above 1 then, though no
/// eigenvalue does. So both a right and a left direction have
/// to be invariant to √ε, and the angle between them such that a perturbation of that size does not bring the eigenvalue to 1: with right residual ρ, left
/// residual λ and unit vectors x and y,
/// <code>
/// max(ρ, λ) / |yᵀx| ≤ (|θ| − 1) / 2
/// </code>
/// A dominant pair of complex eigenvalues is not looked for: such an iteration goes on until its limit, or until it overflows. Source: Kahan, Parlett and Jiang
/// (1982), "Residual bounds on approximate eigensystems
/// of nonnormal matrices", theorem 2, for the perturbation, and the condition number 1/|yᵀx| of a simple eigenvalue.
/// </remarks>
internal static class GrowthEvidence
{
    private const int Products = 24;

    /// <summary>The modulus of the eigenvalue; null where there is no evidence.</summary>
    /// <param name="matrix">A.</param>
    /// <param name="step">η.</param>
    /// <param name="grown">What has grown: many products have been made of it already.</param>
    public static double? Of(LinearOperator matrix, double step, LeafVector grown)
    {
        double accuracy = Math.Sqrt(matrix.InputTypes.Select(type => type.DType.Epsilon()).DefaultIfEmpty(DType.Float64.Epsilon()).Max());
        if (Dominant(matrix, step, grown, accuracy) is not { } right || !(right.Modulus > 1))
        {
            return null;
        }

        if (Dominant(matrix.Transpose(), step, right.Vector, accuracy) is not { } left)
        {
            return null;
        }

        double cosine = Math.Abs(LeafVector.Dot(left.Vector, right.Vector).ToScalar());
        return Math.Max(left.Residual, right.Residual) <= cosine * (right.Modulus - 1) / 2 ? right.Modulus : null;
    }

    /// <summary>The power iteration; null if it does not settle.</summary>
    private static (LeafVector Vector, double Modulus, double Residual)? Dominant(LinearOperator matrix, double step, LeafVector start, double accuracy)
    {
        LeafVector vector = Normalized(start);
        for (int i = 0; i < Products; i++)
        {
            LeafVector image = vector - (Tensor.Scalar(step) * (LeafVector)matrix.Apply(vector.Leaves));
            double eigenvalue = LeafVector.Dot(vector, image).ToScalar();
            double residual = (image - (Tensor.Scalar(eigenvalue) * vector)).Norm().ToScalar();
            if (residual <= accuracy * Math.Abs(eigenvalue))
            {
                return (vector, Math.Abs(eigenvalue), residual);
            }

            vector = Normalized(image);
        }

        return null;
    }

    private static LeafVector Normalized(LeafVector vector) => Tensor.Scalar(1 / vector.Norm().ToScalar()) * vector;
}
