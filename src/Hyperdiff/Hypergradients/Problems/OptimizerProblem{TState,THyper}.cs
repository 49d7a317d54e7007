namespace Hyperdiff;

/// <summary>An outer objective at the end of an optimizer's steps, over its whole state: to begin anywhere, with any memory, and for the gradient in that
/// memory. Made by <see cref="UnrolledProblem{TState, THyper}.WithMemory"/>.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class OptimizerProblem<TState, THyper> : StepsProblem<OptimizerState<TState>, THyper>
{
    private readonly Objective<OptimizerState<TState>, THyper> _atParameters;

    internal OptimizerProblem(Dynamics<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        (Inner, Outer) = (inner, outer);
        Steps = new UnrolledSteps<TState, THyper>(inner, outer);
        _atParameters = Objective.From<OptimizerState<TState>, THyper>(
            (state, hyper) => outer.Evaluate(state.Parameters, hyper), outer.Name, inner.StateTree, inner.Map.Function.HyperTree);
    }

    /// <summary>The optimizer at work.</summary>
    public Dynamics<TState, THyper> Inner { get; }

    /// <summary>F, of the parameters.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} after steps of {Inner}";

    internal override IBoundFunction OuterFunction => _atParameters.Function;

    internal override Ranks? Ranks => base.Ranks ?? Outer.Function.Ranks;

    internal override UnrolledSteps Steps { get; }

    internal override BilevelPoint PointAt(OptimizerState<TState> start, THyper hyper, WarmStart? warm) =>
        new(Inner.Map.Function.FlattenState(start), Inner.Map.Function.FlattenHyper(hyper));
}
