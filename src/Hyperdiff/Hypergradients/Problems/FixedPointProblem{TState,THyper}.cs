namespace Hyperdiff;

/// <summary>An outer objective over the fixed point of a map: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>w* = Φ(w*, λ)</c>. For implicit and iterative methods.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class FixedPointProblem<TState, THyper> : SolvedProblem<TState, THyper>
{
    // units in the last place of ‖w‖ that a residual can be expected to reach
    private const double AccurateUnits = 100;

    internal FixedPointProblem(FixedPointFinding<TState, THyper> inner, Objective<TState, THyper> outer)
        : base(inner, outer) => Inner = inner;

    /// <summary>Φ, and what finds its fixed point.</summary>
    public FixedPointFinding<TState, THyper> Inner { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over the fixed point of {Inner.Map}";

    internal override ProblemKind Kind => ProblemKind.FixedPoint;

    private protected override InnerSolver Accurate(InnerSolver solver, BilevelPoint point) =>
        solver with { Tolerance = new Tolerance(AccurateUnits * point.State.Epsilon, 0) };
}
