using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The last step of an optimizer: where it was before and after, and the gradient that it took.</summary>
/// <param name="Dynamics">The optimizer at work.</param>
/// <param name="Before">Its state at w_{T−1}.</param>
/// <param name="After">Its state at w_T.</param>
/// <param name="Hyper">λ.</param>
internal sealed record LastStep<TState, THyper>(Dynamics<TState, THyper> Dynamics, OptimizerState<TState> Before, OptimizerState<TState> After,
    FlatTree<THyper> Hyper)
{
    private TState? _gradient;

    /// <summary>How w is made of tensors.</summary>
    public Tree<TState> StateTree => Before.ParameterTree;

    /// <summary>How λ is made of tensors.</summary>
    public Tree<THyper> HyperTree => Dynamics.Map.Function.HyperTree;

    /// <summary>w_{T−1}.</summary>
    public FlatTree<TState> Parameters => new(StateTree, Before.Parameters, "w");

    /// <summary>The rule that stepped.</summary>
    public Optimizer Rule => Dynamics.Rule(Hyper.Rebuild(Hyper.Tensors));

    /// <summary>γ, the gradient of the step.</summary>
    public TState Gradient => _gradient ??= Dynamics.ObjectiveAt(Before.Counter).Gradient(Before.Parameters, Hyper.Rebuild(Hyper.Tensors));

    /// <summary>For every active leaf of λ, whether the step depends on it, by its gradient or by its rule.</summary>
    public ImmutableArray<bool> DependsOn
    {
        get
        {
            IBoundFunction<OptimizerState<TState>, THyper> function = Dynamics.Map.Function;
            FlatTree<OptimizerState<TState>> state = function.FlattenState(Before);
            return UnusedHyperparameters.UsedBySteps(InnerProblem.Of(function, state, Hyper), [.. Hyper.Active.Select(i => state.Leaves.Length + i)], 1);
        }
    }

    /// <summary>The step again, along another gradient and by a rule of other hyperparameters.</summary>
    public OptimizerState<TState> Next(TState gradient, THyper hyper) => Dynamics.Rule(hyper).Next(Before, gradient);

    /// <summary>The active leaves of a structure like w.</summary>
    public LeafVector OfState(TState structure)
    {
        var flat = new FlatTree<TState>(StateTree, structure, "w");
        return Parameters.Active.Select(i => flat.Tensors[i]).ToArray();
    }

    /// <summary>The active leaves of a structure like λ.</summary>
    public LeafVector OfHyper(THyper structure)
    {
        var flat = new FlatTree<THyper>(HyperTree, structure, "λ");
        return Hyper.Active.Select(i => flat.Tensors[i]).ToArray();
    }
}
