using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The last step of dynamics.</summary>
/// <param name="dynamics">The optimizer at work.</param>
/// <param name="before">Its state at w_{T−1}.</param>
/// <param name="after">Its state at w_T.</param>
/// <param name="hyper">The hyperparameters λ.</param>
/// <param name="gradient">γ, where the step was made by it; computed when it is asked for if absent.</param>
internal sealed class LastStep<TState, THyper>(
    Dynamics<TState, THyper> dynamics, OptimizerState<TState> before, OptimizerState<TState> after, FlatTree<THyper> hyper, TState? gradient) : LastStep
{
    private readonly FlatTree<TState> _parameters = new(before.ParameterTree, before.Parameters, "w");
    private TState? _gradient = gradient;

    public override Optimizer Rule => dynamics.Rule(hyper.Value);

    public override LeafVector Gradient => Active(StateGradient);

    public override Tensor Taken => before.Counter;

    public override Tensor TakenAfter => after.Counter;

    public override ImmutableArray<bool> DependsOn
    {
        get
        {
            IBoundFunction<OptimizerState<TState>, THyper> function = dynamics.Map.Function;
            var point = new BilevelPoint(function.FlattenState(before), hyper);
            return UnusedHyperparameters.UsedBySteps(InnerProblem.Of(function, point), point.HyperInputs, 1);
        }
    }

    private TState StateGradient => _gradient ??= dynamics.ObjectiveAt(before.Counter).Gradient(before.Parameters, hyper.Value);

    public override LeafVector MemoryBefore(int slot) => Active(before.Memory[slot]);

    public override LeafVector MemoryAfter(int slot) => Active(after.Memory[slot]);

    public override (LeafVector Gradient, LeafVector Hyper) Back(LeafVector adjoint)
    {
        Tree<THyper> hyperTree = dynamics.Map.Function.HyperTree;
        (_, (TState gradient, THyper inHyper)) = Diff.Vjp(
            at => dynamics.Rule(at.Item2).Next(before, at.Item1).Parameters,
            (StateGradient, hyper.Value),
            _parameters.RebuildActive(adjoint.Leaves),
            Tree.Tuple(before.ParameterTree, hyperTree),
            before.ParameterTree);
        return (Active(gradient), new FlatTree<THyper>(hyperTree, inHyper, "λ").ActiveTensors);
    }

    private LeafVector Active(TState structure) => _parameters.ActiveOf(new FlatTree<TState>(before.ParameterTree, structure, "w").Tensors);
}
