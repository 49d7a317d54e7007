using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The iteration <c>w ← Φ(w, λ)</c>. See <see cref="FixedPoint.Iteration"/>.</summary>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record FixedPointIteration(Tolerance Tolerance, int MaxIterations) : FixedPointSolver(Tolerance, MaxIterations)
{
    /// <inheritdoc/>
    public override string Name => "fixed-point iteration";

    internal override SolverKind Kind => SolverKind.FixedPointIteration;

    // where it converges J contracts, and Jᵀ with it
    internal override LinearSolver DefaultAdjoint => LinearSolver.FixedPoint();

    private protected override double? Share => 1;

    /// <inheritdoc/>
    protected override Func<LeafVector, LeafVector, double, LeafVector> Rule() => (_, image, _) => image;

    // nothing is kept of an iterate once the next one is there
    private protected override Func<Tensor[], Tensor[]> Evaluation(Graph evaluation, Tensor[] parameters)
    {
        var run = new AlternatingRun(evaluation, []);
        return state => run.Run(EvaluationName, [.. state, .. parameters]);
    }
}
