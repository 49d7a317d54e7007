namespace Hyperdiff;

/// <summary>An outer objective at the end of an optimizer's steps: <c>ℓ_T(λ) = F(w_T(λ), λ)</c>. For iterative methods.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class UnrolledProblem<TState, THyper>
{
    internal UnrolledProblem(Dynamics<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        (Inner, Outer) = (inner, outer);
        Objective<OptimizerState<TState>, THyper> atParameters = Objective.From<OptimizerState<TState>, THyper>(
            (state, hyper) => outer.Evaluate(state.Parameters, hyper), outer.Name, inner.StateTree, inner.Map.Function.HyperTree);
        Steps = new BilevelProblem<OptimizerState<TState>, THyper>(inner.Map, atParameters) { IsStationary = false };
    }

    /// <summary>The optimizer at work.</summary>
    public Dynamics<TState, THyper> Inner { get; }

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <summary>The same as a map of the optimizer's state.</summary>
    internal BilevelProblem<OptimizerState<TState>, THyper> Steps { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} after steps of {Inner}";
}
