namespace Hyperdiff;

/// <summary>The unknowns of a constrained minimum: the state, and a multiplier for each constraint. A structure itself, so that it is the state of a root
/// problem.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <param name="State">The state w.</param>
/// <param name="Equalities">ν, of the shape of the equality constraints e(w, λ); in the unit of f over theirs.</param>
/// <param name="Inequalities">μ ≥ 0, of the shape of the inequality constraints i(w, λ); in the unit of f over theirs.</param>
public sealed record KktPoint<TState>(TState State, Tensor Equalities, Tensor Inequalities);
