namespace Hyperdiff;

/// <summary>Evidence that an iteration <c>e ← (I − η A) e</c> grows for ever: an eigenvalue of its matrix above 1 in modulus.</summary>
/// <remarks>
/// The powers of a matrix that is far from normal grow by any factor before they fall, and Ritz values from a few products lie above 1 then, though no
/// eigenvalue does. So both a right and a left direction have to be invariant to √ε, and the angle between them such that a perturbation of that size does not
/// bring the eigenvalue to 1: with right residual ρ, left residual λ and unit vectors x and y,
/// <code>
/// max(ρ, λ) / |yᵀx| ≤ (|θ| − 1) / 2
/// </code>
/// A dominant pair of complex eigenvalues shows where no single vector settles: then a plane of two successive images has to be invariant, on both sides, and
/// the same is asked of its Ritz values, with the smallest singular value of YᵀX for |yᵀx|: √(det T) is their modulus. Source: Kahan, Parlett and Jiang (1982),
/// "Residual bounds on approximate eigensystems of nonnormal matrices", theorem 2, for the perturbation, and the condition number 1/|yᵀx| of a simple
/// eigenvalue.
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
        double accuracy = Math.Sqrt(matrix.InputTypes.AsSpan().CoarsestEpsilon());
        if (Dominant(matrix, step, grown, accuracy) is not { } right)
        {
            return Rotation(matrix, step, grown, accuracy);
        }

        if (!(right.Modulus > 1))
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
            LeafVector image = Image(matrix, step, vector);
            double eigenvalue = LeafVector.Dot(vector, image).ToScalar();
            double residual = (image - (Tensor.Scalar(eigenvalue) * vector)).Magnitude();
            if (residual <= accuracy * Math.Abs(eigenvalue))
            {
                return (vector, Math.Abs(eigenvalue), residual);
            }

            vector = Normalized(image);
        }

        return null;
    }

    /// <summary>The modulus of a pair, √(det T) for the matrix T of the iteration in an invariant plane; null where there is no evidence.</summary>
    /// <remarks>A perturbation of T by δ changes its determinant by at most ‖T‖δ + δ², and a pair whose product is above 1 has one above 1, real or
    /// not.</remarks>
    private static double? Rotation(LinearOperator matrix, double step, LeafVector grown, double accuracy)
    {
        if (Plane(matrix, step, grown, accuracy) is not { } right || Plane(matrix.Transpose(), step, right.First, accuracy) is not { } left)
        {
            return null;
        }

        double between(LeafVector y, LeafVector x) => LeafVector.Dot(y, x).ToScalar();
        (double p, double q) = (between(left.First, right.First), between(left.First, right.Second));
        (double r, double s) = (between(left.Second, right.First), between(left.Second, right.Second));

        // the smallest singular value of YᵀX is at least |det| / ‖YᵀX‖
        double cosine = Math.Abs((p * s) - (q * r)) / Math.Sqrt((p * p) + (q * q) + (r * r) + (s * s));
        double change = Math.Max(left.Residual, right.Residual) / cosine;
        return (right.Size * change) + (change * change) <= (right.Determinant - 1) / 2 ? Math.Sqrt(right.Determinant) : null;
    }

    /// <summary>A plane of a vector and its image that the iteration maps to itself; null if the powers do not settle in one.</summary>
    private static (LeafVector First, LeafVector Second, double Determinant, double Size, double Residual)? Plane(
        LinearOperator matrix, double step, LeafVector start, double accuracy)
    {
        LeafVector first = Normalized(start);
        for (int i = 0; i < Products; i++)
        {
            LeafVector image = Image(matrix, step, first);
            (double a, LeafVector rest) = Without(image, first);
            double c = rest.Magnitude();
            LeafVector second = Normalized(rest);
            (double b, LeafVector left) = Without(Image(matrix, step, second), first);
            (double d, left) = Without(left, second);
            double size = Math.Sqrt((a * a) + (b * b) + (c * c) + (d * d));
            double residual = left.Magnitude();
            if (residual <= accuracy * size)
            {
                return (first, second, (a * d) - (b * c), size, residual);
            }

            first = Normalized(image);
        }

        return null;

        static (double Part, LeafVector Left) Without(LeafVector vector, LeafVector unit)
        {
            Tensor part = LeafVector.Dot(unit, vector);
            return (part.ToScalar(), vector - (part * unit));
        }
    }

    private static LeafVector Image(LinearOperator matrix, double step, LeafVector vector) =>
        vector - (Tensor.Scalar(step) * (LeafVector)matrix.Apply(vector.Leaves));

    private static LeafVector Normalized(LeafVector vector) => vector.Over(vector.Magnitude());
}
