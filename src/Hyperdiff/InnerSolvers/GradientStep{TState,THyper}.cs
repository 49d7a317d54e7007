namespace Hyperdiff;

/// <summary>A gradient-descent step with the structures of its arguments.</summary>
internal sealed class GradientStep<TState, THyper>(IBoundFunction<TState, THyper> objective, double rate)
    : GradientStep(objective, rate), IBoundFunction<TState, THyper>
{
    public Tree<TState> StateTree => objective.StateTree;

    public Tree<THyper> HyperTree => objective.HyperTree;

    public FlatTree<TState> FlattenState(TState state) => objective.FlattenState(state);

    public FlatTree<THyper> FlattenHyper(THyper hyper) => objective.FlattenHyper(hyper);

    public new IBoundFunction<TState, THyper> AtSamples(Tensor samples) => new GradientStep<TState, THyper>(objective.AtSamples(samples), Rate);
}
