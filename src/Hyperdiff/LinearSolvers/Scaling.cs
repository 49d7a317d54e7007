namespace Hyperdiff;

/// <summary>A preconditioner <c>M = φ S²</c> of which the symmetric root S is known: it works from both sides, with any solver.</summary>
internal abstract record Scaling : Preconditioner
{
    /// <inheritdoc/>
    public sealed override bool IsSymmetric => true;

    /// <summary>S, for a matrix; null if cancelled.</summary>
    /// <param name="matrix">A.</param>
    /// <param name="level">A is 2 to this power times the matrix in whose unit the preconditioner has numbers.</param>
    /// <param name="cancellation">Heard before every product.</param>
    internal abstract PreparedScaling? Of(LinearOperator matrix, int level = 0, CancellationToken cancellation = default);

    /// <summary>S as it was made for an earlier matrix.</summary>
    /// <param name="kept">What it is made of, and φ.</param>
    internal abstract PreparedScaling From(Tensor[] kept);

    /// <inheritdoc/>
    protected sealed override LinearOperator Approximate(LinearOperator matrix, CancellationToken cancellation)
    {
        if (Of(matrix, 0, cancellation) is not { } scaling)
        {
            throw new OperationCanceledException(cancellation);
        }

        return scaling.Refusal is { } reason ? throw new LinearAlgebraException($"{Name}: {reason}") : scaling.Squared(matrix);
    }
}
