namespace Hyperdiff;

/// <summary>The steps of dynamics.</summary>
internal sealed class UnrolledSteps<TState, THyper>(Dynamics<TState, THyper> dynamics, Objective<TState, THyper> outer) : UnrolledSteps
{
    public override string Name => dynamics.Name;

    public override IBoundFunction Map => dynamics.Map.Function;

    public override IBoundFunction OuterAtParameters => outer.Function;

    public override FlatTree ParametersOf(FlatTree state)
    {
        OptimizerState<TState> whole = Whole(state);
        return new FlatTree<TState>(whole.ParameterTree, whole.Parameters, "w");
    }

    public override IBoundFunction ObjectiveAt(FlatTree state) => dynamics.ObjectiveAt(Whole(state).Counter).Function;

    public override LastStep Step(FlatTree before, FlatTree after, FlatTree hyper) =>
        new LastStep<TState, THyper>(dynamics, (Whole(before), Whole(after)), (FlatTree<THyper>)hyper);

    public override (FlatTree After, LastStep Step) Take(FlatTree before, FlatTree hyper)
    {
        (OptimizerState<TState> at, THyper h) = (Whole(before), ((FlatTree<THyper>)hyper).Value);
        TState gradient = dynamics.ObjectiveAt(at.Counter).Gradient(at.Parameters, h);
        OptimizerState<TState> after = dynamics.Rule(h).Next(at, gradient);
        var made = new LastStep<TState, THyper>(dynamics, (at, after), (FlatTree<THyper>)hyper, new(at.ParameterTree, gradient, "w"));
        return (dynamics.Map.Function.FlattenState(after), made);
    }

    private static OptimizerState<TState> Whole(FlatTree state) => ((FlatTree<OptimizerState<TState>>)state).Value;
}
