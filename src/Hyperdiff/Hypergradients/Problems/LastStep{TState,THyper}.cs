using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The last step of dynamics.</summary>
/// <param name="dynamics">The optimizer at work.</param>
/// <param name="states">Its states at w_{T−1} and w_T.</param>
/// <param name="hyper">The hyperparameters λ.</param>
/// <param name="gradient">γ, where the step was made by it; computed when it is asked for if absent.</param>
internal sealed class LastStep<TState, THyper>(
    Dynamics<TState, THyper> dynamics, (OptimizerState<TState> Before, OptimizerState<TState> After) states, FlatTree<THyper> hyper,
    FlatTree<TState>? gradient = null) : LastStep
{
    private readonly FlatTree<TState> _parameters = new(states.Before.ParameterTree, states.Before.Parameters, "w");
    private FlatTree<TState>? _gradient = gradient;

    public override Optimizer Rule => dynamics.Rule(hyper.Value);

    public override LeafVector Gradient => _parameters.ActiveOf(StateGradient.Tensors);

    public override Tensor Taken => states.Before.Counter;

    public override Tensor TakenAfter => states.After.Counter;

    public override ImmutableArray<bool> DependsOn
    {
        get
        {
            IBoundFunction<OptimizerState<TState>, THyper> function = dynamics.Map.Function;
            var point = new BilevelPoint(function.FlattenState(states.Before), hyper);
            return UnusedHyperparameters.UsedBySteps(InnerProblem.Of(function, point), point.HyperInputs, 1);
        }
    }

    private FlatTree<TState> StateGradient =>
        _gradient ??= Flat(dynamics.ObjectiveAt(states.Before.Counter).Gradient(states.Before.Parameters, hyper.Value));

    public override LeafVector MemoryBefore(int slot) => Active(states.Before.Memory[slot]);

    public override LeafVector MemoryAfter(int slot) => Active(states.After.Memory[slot]);

    public override (LeafVector Gradient, LeafVector Hyper) Back(LeafVector adjoint)
    {
        Tree<THyper> hyperTree = dynamics.Map.Function.HyperTree;
        (_, (TState gradient, THyper inHyper)) = Diff.Vjp(
            at => dynamics.Rule(at.Item2).Next(states.Before, at.Item1).Parameters,
            (StateGradient.Value, hyper.Value),
            _parameters.RebuildActive(adjoint.Leaves),
            Tree.Tuple(states.Before.ParameterTree, hyperTree),
            states.Before.ParameterTree);
        return (Active(gradient), new FlatTree<THyper>(hyperTree, inHyper, "λ").ActiveTensors);
    }

    private LeafVector Active(TState structure) => _parameters.ActiveOf(Flat(structure).Tensors);

    private FlatTree<TState> Flat(TState structure) => new(states.Before.ParameterTree, structure, "w");
}
