namespace Hyperdiff;

/// <summary>Iterative refinement: solve roughly, and then for what is left, <c>A d = b − A x, x ← x + d</c>.</summary>
/// <remarks>
/// Each round gains the digits of the inner tolerance: with 1e-4, three rounds reach 1e-12. Residuals are true ones at every round, so that recurrences cannot
/// drift; short Krylov runs are cheaper in orthogonalization than one long one, and take more products. One more product per round. A round that does not
/// converge ends it with its status. Source: Wilkinson (1963), "Rounding Errors in Algebraic Processes", chapter 3; Higham (2002), "Accuracy and Stability of
/// Numerical Algorithms", doi:10.1137/1.9780898718027, 2nd edition, chapter 12.
/// </remarks>
/// <param name="Inner">Solves each round, to a tolerance that may be loose.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxRounds">The most rounds.</param>
public sealed record RefinedSolver(LinearSolver Inner, Tolerance Tolerance, int MaxRounds) : LinearSolver
{
    /// <summary>Solves each round, to a tolerance that may be loose.</summary>
    public LinearSolver Inner { get; init => field = Setting.Given(value, nameof(Inner)); } = Setting.Given(Inner, nameof(Inner));

    /// <summary>The most rounds.</summary>
    public int MaxRounds { get; init => field = Setting.Count(value, 0, nameof(MaxRounds)); } = Setting.Count(MaxRounds, 0, nameof(MaxRounds));

    /// <inheritdoc/>
    public override string Name => $"refinement of {Inner.Name}";

    internal override SolverKind Kind => SolverKind.CorrectionRounds;

    /// <inheritdoc/>
    public override MatrixClass Matrices => Inner.Matrices;

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => Inner.IsScaleFree;

    internal override bool ForgetsUnits => Inner.ForgetsUnits;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system) =>
        CorrectionRounds.Run(this, system, MaxRounds, r => Inner.Iterate(system.Within(system.Matrix, r)));
}
