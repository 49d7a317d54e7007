namespace Hyperdiff;

/// <summary>How a system is scaled before it is solved, as an immutable value.</summary>
public abstract record Preconditioner
{
    private protected Preconditioner()
    {
    }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The diagonal of A, found by products. See <see cref="DiagonalPreconditioner"/>.</summary>
    /// <param name="probes">How many products may be spent on it.</param>
    /// <param name="seed">Of the random signs.</param>
    public static Preconditioner Diagonal(int probes = 32, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(probes);
        return new DiagonalPreconditioner(probes, seed);
    }

    /// <summary>S, one factor per unknown, of the scaled system <c>S A S y = S b, x = S y</c>, and how many products it took.</summary>
    internal abstract (Tensor[] Scaling, long Products) Of(LinearOperator matrix);
}
