namespace Hyperdiff;

/// <summary>An outer objective over the fixed point of a map: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>w* = Φ(w*, λ)</c>. For implicit and iterative methods.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class BilevelProblem<TState, THyper>
{
    // units in the last place of ‖w‖ that a residual can be expected to reach
    private const double AccurateUnits = 100;

    internal BilevelProblem(FixedPointMap<TState, THyper> map, Objective<TState, THyper> outer) => (Map, Outer) = (map, outer);

    /// <summary>Φ.</summary>
    public FixedPointMap<TState, THyper> Map { get; }

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <summary>Whether the map is the same at every step, so that steps which grow tell of a map that does not contract.</summary>
    internal bool IsStationary { get; init; } = true;

    /// <summary>Compares derivatives by every mode with differences, along a random direction in every leaf. See <see cref="DerivativeCheck"/>.</summary>
    /// <remarks>Twenty inner solves per leaf of λ, and twenty evaluations per leaf of w and λ: for tests, and for problems that are made small for
    /// it.</remarks>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="inner">Finds the fixed point; <see cref="FixedPoint.Iterate"/> to about rounding if absent. It should be accurate: differences amplify its
    /// error.</param>
    /// <param name="key">What directions are drawn from; that of seed 0 if absent.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public DerivativeCheck Check(TState start, THyper hyper, FixedPointSolver? inner = null, RandomKey? key = null, CancellationToken cancellation = default)
    {
        FlatTree<TState> state = Map.Function.FlattenState(start);
        inner ??= FixedPoint.Iterate(AccurateUnits * state.Active.Select(i => state.Tensors[i].DType.Epsilon()).DefaultIfEmpty(DType.Float64.Epsilon()).Max());
        return new DerivativeChecker<TState, THyper>(Map.Function, Outer, inner, inner, key ?? RandomKey.FromSeed(0)).Run(start, hyper, cancellation);
    }

    /// <summary>Measures the structure of the adjoint system at a point, and what each method would cost there. See <see cref="Explanation"/>.</summary>
    /// <param name="state">w, the inner solution or near it; nothing is solved for.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public Explanation Explain(TState state, THyper hyper, CancellationToken cancellation = default) =>
        Explainer.Explain(Map.Function, Outer, FixedPoint.Iterate(), state, hyper, cancellation);

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over the fixed point of {Map}";
}
