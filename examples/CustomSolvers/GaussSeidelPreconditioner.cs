namespace CustomSolvers;

/// <summary>One sweep of Gauss and Seidel, M = (D + L)⁻¹ with A = L + D + U: not symmetric, and with its transpose, (D + Lᵀ)⁻¹.</summary>
/// <remarks>n products to write A out; n² operations per application. Source: Saad (2003), "Iterative Methods for Sparse Linear Systems", 2nd edition,
/// section 10.2.</remarks>
public sealed record GaussSeidelPreconditioner : Preconditioner
{
    /// <inheritdoc/>
    public override string Name => "a sweep of Gauss and Seidel";

    /// <inheritdoc/>
    protected override LinearOperator Approximate(LinearOperator matrix, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        double[] a = matrix.ToMatrix().ToArray<double>();
        return LinearOperator.From(v => Sweep(a, v), u => SweepBack(a, u), [.. matrix.InputTypes]);
    }

    private static LeafVector Sweep(double[] a, LeafVector v)
    {
        double[] x = v.ToArray();
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                x[i] -= a[(i * x.Length) + j] * x[j];
            }

            x[i] /= a[(i * x.Length) + i];
        }

        return v.With(x);
    }

    private static LeafVector SweepBack(double[] a, LeafVector u)
    {
        double[] x = u.ToArray();
        for (int i = x.Length - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < x.Length; j++)
            {
                x[i] -= a[(j * x.Length) + i] * x[j];
            }

            x[i] /= a[(i * x.Length) + i];
        }

        return u.With(x);
    }
}
