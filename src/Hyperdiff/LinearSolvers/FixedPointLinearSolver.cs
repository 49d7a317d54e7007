using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The fixed-point (Richardson) iteration <c>x ← x + (b − A x)</c>. See <see cref="LinearSolver.FixedPoint"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record FixedPointLinearSolver(Tolerance Tolerance, int MaxIterations) : LinearSolver
{
    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Setting.Count(value, 0, nameof(MaxIterations)); } = Setting.Count(MaxIterations, 0, nameof(MaxIterations));

    /// <summary>Whether an iteration that seems to grow for ever ends as <see cref="SolveStatus.Diverged"/>: as <see cref="InnerSolver.StopsOnSuspicion"/> of
    /// inner solvers, by the same evidence.</summary>
    public bool StopsOnSuspicion { get; init; } = true;

    /// <inheritdoc/>
    public override string Name => "fixed-point iteration";

    internal override SolverKind Kind => SolverKind.LinearIteration;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.NearIdentity;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        LinearOperator matrix = system.Matrix;
        int leaves = matrix.InputTypes.Length;
        var run = new ResidualIteration(this, system, MaxIterations);
        Tensor[] r = run.Start;
        run.Growth = StopsOnSuspicion ? () => GrowthEvidence.Of(matrix, 1, r) : null;
        AlternatingRun step = matrix.Repeat(StepGraph(matrix));
        while (run.Continues)
        {
            Tensor[] next = step.Run(Name, [.. system.RightHandSide.Leaves, .. run.X, .. r]);
            r = next[leaves..^1];
            run.Next(next[..leaves], next[^1].ToScalar());
        }

        LinearSolution found = run.End();
        return found.Report.Status == SolveStatus.MaxIterations ? found with { Left = r } : found;
    }

    /// <summary><c>(b, x, r, residuals) → (x + r, b − A (x + r), its norm)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix) => matrix.Step(
        typeof(FixedPointLinearSolver),
        vector => [.. vector, .. vector, .. vector],
        (products, operands) =>
        {
            int leaves = matrix.InputTypes.Length;
            LeafVector x = new LeafVector(operands[leaves..(2 * leaves)]) + operands[(2 * leaves)..];
            LeafVector r = new LeafVector(operands[..leaves]) - products.Product(x);
            return [.. x.Leaves, .. r.Leaves, r.OrdinaryNorm()];
        });
}
