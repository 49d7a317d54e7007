using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The fixed-point (Richardson) iteration <c>x ← x + (b − A x)</c>.</summary>
/// <remarks>
/// For A = I − Jᵀ this is <c>v ← Jᵀ v + g</c>: it converges if ρ(J) &lt; 1, linearly with that factor. From zero, K updates give the first K terms of the
/// Neumann series, <c>Σ_{j&lt;K} Jʲ b</c>. One product per update; two vectors of memory. The residual is that of the iterate returned. Source: Grazzi et al.
/// (2020), "On the Iteration Complexity of Hypergradient Computation", equation (11), where it is the fixed-point method. On a singular A it may converge
/// without a sign of it where b lies in the range: it sees of A what its products make of b, and never a null space that these do not visit. ‖b − A x‖ is of
/// all leaves together: of leaves of different scales the small ones are solved less accurately, unless they are brought to one
/// (<see cref="LinearSolver.Preconditioned"/>, or unknowns in other units).
/// </remarks>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record FixedPointLinearSolver(Tolerance Tolerance, int MaxIterations) : LinearSolver
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

        return run.End();
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
