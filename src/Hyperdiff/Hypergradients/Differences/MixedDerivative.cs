using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>∂_λ∇_w f at a point, for products with it: the gradient in λ at displaced states, and the exact product.</summary>
internal sealed class MixedDerivative
{
    // any minimizer has the condition ∇_w f = 0; this one never runs
    private static readonly Minimizer s_condition = Minimizer.NewtonCg();

    private readonly InnerProblem _problem;
    private InnerProblem? _held;
    private readonly Tensor[] _state;
    private readonly Axes _hyper;
    private readonly ImmutableArray<TensorType> _types;

    private MixedDerivative(InnerProblem problem, Tensor[] state, Axes hyper)
    {
        (_problem, _state, _hyper) = (problem.At(state), state, hyper);
        _types = [.. hyper.Items.Select(i => _problem.Graph.Inputs[i].Type)];
        Epsilon = _problem.ActiveTypes.Concat(_types).Select(type => type.DType.Epsilon()).DefaultIfEmpty(DType.Float64.Epsilon()).Max();
    }

    /// <summary>The coarsest machine epsilon among the active leaves of w and λ.</summary>
    public double Epsilon { get; }

    /// <summary>‖w‖, over the active leaves.</summary>
    public double StateNorm => new LeafVector(_problem.ActiveOf(_state)).Norm().ToScalar();

    /// <summary>For every active leaf of λ, whether ∇_w f depends on it.</summary>
    public ImmutableArray<bool> DependsOn =>
        Linearization.Of(s_condition.Condition(_problem), [.. _problem.Active.Items, .. _hyper.Items]).Transposed.Reached[_problem.Active.Count..];

    /// <summary>The mixed derivative of an objective at a state.</summary>
    public static MixedDerivative At<TState, THyper>(Objective<TState, THyper> objective, FlatTree<TState> state, FlatTree<THyper> hyper) => new(
        InnerProblem.Of(objective.Function, state, hyper), state.Tensors, [.. hyper.Active.Select(i => state.Leaves.Length + i)]);

    /// <summary>∇_λ f(w + s v, λ), the active leaves: of the function that the derivative at w is one of, with its choices by values that were read, and its
    /// stopped gradients, as they are at w.</summary>
    /// <param name="direction">v, the active leaves.</param>
    /// <param name="step">s.</param>
    public LeafVector HyperGradient(LeafVector direction, double step)
    {
        Tensor[] moved = _problem.Replace(_state, (new LeafVector(_problem.ActiveOf(_state)) + (Tensor.Scalar(step) * direction)).Leaves);
        InnerProblem held = _held ??= HeldProblem.Of(_problem, _state, customRules: false);
        return held.Call(Subgraph.Outputs(Derivatives.Gradient(held.Graph, _hyper), held.Graph.Outputs.Length..), moved);
    }

    /// <summary>Bᵀv, the active leaves of λ.</summary>
    public Tensor[] Exactly(LeafVector direction) =>
        (-new LeafVector(ConditionDerivative.At(s_condition, _problem, _state, _hyper).ToHyper(direction.Leaves))).Leaves;

    /// <summary>Warnings about kinks of f at the state.</summary>
    public IEnumerable<HypergradientWarning> Kinks(string name) => KinkWarnings.Of(name, s_condition, _problem, _state, _hyper);

    /// <summary>Zeros, or another number, instead of the product.</summary>
    public Tensor[] Zeros(double value = 0) => [.. _types.Select(type => Tensor.Full(type.Shape, value, type.DType))];

    /// <summary>What rounding contributes to a central difference: of the two gradients, divided by the step, and of the displaced states, relative to the
    /// displacement.</summary>
    public double Rounding(double step, double norm, double gradients, double product) =>
        Epsilon * ((gradients / step) + (StateNorm / (step * norm) * product));
}
