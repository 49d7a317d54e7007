namespace Hyperdiff;

/// <summary>How a system is scaled before it is solved, as an immutable value.</summary>
public abstract record Preconditioner
{
    private protected Preconditioner()
    {
    }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it is for symmetric A only.</summary>
    internal virtual bool NeedsSymmetry => false;

    /// <summary>The diagonal of A, found by products. See <see cref="DiagonalPreconditioner"/>.</summary>
    /// <param name="probes">How many products may be spent on it.</param>
    /// <param name="seed">Of the random signs.</param>
    public static Preconditioner Diagonal(int probes = 32, int seed = 1) =>
        new DiagonalPreconditioner(Setting.Count(probes, 1, nameof(probes)), seed);

    /// <summary>A randomized low-rank approximation, for symmetric positive definite A whose spectrum decays. See
    /// <see cref="NystromPreconditioner"/>.</summary>
    /// <param name="rank">ℓ, how many products may be spent on it, at least 2: its symmetry shows in pairs.</param>
    /// <param name="ridge">μ, in the unit of A: what is known to be a part of A as a multiple of the identity.</param>
    /// <param name="key">What its random vectors are drawn from; that of seed 0 if absent.</param>
    public static Preconditioner Nystrom(int rank, double ridge = 0, RandomKey? key = null) =>
        new NystromPreconditioner(Setting.Count(rank, 2, nameof(rank)), Setting.NotNegative(ridge, nameof(ridge)), key ?? RandomKey.FromSeed(0));

    /// <summary>S, for a matrix; null if cancelled.</summary>
    /// <param name="matrix">A.</param>
    /// <param name="level">A is 2 to this power times the matrix in whose unit the preconditioner has numbers.</param>
    /// <param name="cancellation">Heard before every product.</param>
    internal abstract PreparedScaling? Of(LinearOperator matrix, int level = 0, CancellationToken cancellation = default);
}
