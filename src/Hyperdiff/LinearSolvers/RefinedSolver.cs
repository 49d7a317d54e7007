namespace Hyperdiff;

/// <summary>Iterative refinement: solve roughly, and then for what is left, <c>A d = b − A x, x ← x + d</c>.
/// See <see cref="LinearSolver.Refined"/>.</summary>
/// <param name="Inner">Solves each round, to a tolerance that may be loose.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxRounds">The most rounds.</param>
internal sealed record RefinedSolver(LinearSolver Inner, Tolerance Tolerance, int MaxRounds) : LinearSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => Inner.IsValue;

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
