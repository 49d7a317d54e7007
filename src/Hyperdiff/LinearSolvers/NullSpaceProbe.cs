namespace Hyperdiff;

/// <summary>Whether a matrix is singular, by a right-hand side that has a part in every direction: a random one.</summary>
/// <remarks>
/// An iterative solver sees of A what the powers of A make of b: diag(1, 0) and diag(1, 5) look alike to it from b = (1, 0). A random b is outside the range of
/// a singular A almost surely, and minimal residuals of the normal equations end at the least-squares solution then; what they leave of b is a vector of the
/// null space of Aᵀ.
/// </remarks>
/// <param name="IsSingular">Whether it is; null if the probe ran out of updates first.</param>
/// <param name="RightHandSide">b.</param>
/// <param name="Left">What no A x reaches of b, if it is singular.</param>
internal sealed record NullSpaceProbe(bool? IsSingular, Tensor[] RightHandSide, Tensor[] Left)
{
    private const int Most = 300;

    /// <summary>Probes a matrix.</summary>
    /// <param name="matrix">A.</param>
    /// <param name="seed">Of the right-hand side.</param>
    /// <param name="cancellation">Ends it.</param>
    public static NullSpaceProbe Of(LinearOperator matrix, int seed, CancellationToken cancellation = default)
    {
        var random = new Random(seed);
        Tensor[] b = DenseMatrix.Leaves([.. Enumerable.Range(0, DenseMatrix.Size(matrix)).Select(_ => (2 * random.NextDouble()) - 1)], matrix.InputTypes);
        LinearSolution found = new LsmrSolver(default, Most).Solve(matrix, b, null, cancellation);
        return found.Report.Status switch
        {
            SolveStatus.Converged => new NullSpaceProbe(false, b, []),
            SolveStatus.Singular => new NullSpaceProbe(true, b, (new LeafVector(b) - matrix.Apply(found.Value)).Leaves),
            _ => new NullSpaceProbe(null, b, []),
        };
    }
}
