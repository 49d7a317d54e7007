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
    private readonly BilevelPoint _point;
    private readonly ImmutableArray<TensorType> _types;

    private MixedDerivative(InnerProblem problem, BilevelPoint point)
    {
        (_problem, _point, _types) = (problem.At(point.State.Tensors), point, [.. point.HyperTypes]);
        Epsilon = Math.Max(_problem.Epsilon, _types.AsSpan().CoarsestEpsilon());
    }

    /// <summary>The coarsest machine epsilon among the active leaves of w and λ.</summary>
    public double Epsilon { get; }

    /// <summary>‖w‖, over the active leaves.</summary>
    public double StateNorm => new LeafVector(_point.State.ActiveTensors).Magnitude();

    /// <summary>For every active leaf of λ, whether ∇_w f depends on it.</summary>
    public ImmutableArray<bool> DependsOn =>
        Linearization.Of(s_condition.Condition(_problem), _point.Inputs).Transposed.Reached[_problem.Active.Count..];

    /// <summary>The mixed derivative of an objective at a state.</summary>
    public static MixedDerivative At(IBoundFunction objective, BilevelPoint point) =>
        new(InnerProblem.Of(objective, point), point);

    /// <summary>∇_λ f(w + s v, λ), the active leaves: of the function that the derivative at w is one of, with its choices by values that were read, and its
    /// stopped gradients, as they are at w.</summary>
    /// <param name="direction">v, the active leaves.</param>
    /// <param name="step">s.</param>
    public LeafVector HyperGradient(LeafVector direction, double step)
    {
        Tensor[] moved = _problem.Replace(_point.State.Tensors, (new LeafVector(_point.State.ActiveTensors) + (Tensor.Scalar(step) * direction)).Leaves);
        InnerProblem held = _held ??= HeldProblem.Of(_problem, _point.State.Tensors, customRules: false);
        return held.Call(Subgraph.Outputs(Derivatives.Gradient(held.Graph, _point.HyperInputs), held.Graph.Outputs.Length..), moved);
    }

    /// <summary>Bᵀv, the active leaves of λ.</summary>
    public Tensor[] Exactly(LeafVector direction) =>
        (-new LeafVector(ConditionDerivative.At(s_condition, _problem, _point).ToHyper(direction.Leaves))).Leaves;

    /// <summary>Warnings about kinks of f at the state.</summary>
    public IEnumerable<HypergradientWarning> Kinks(string name) => KinkWarnings.Of(name, s_condition, _problem, _point);

    /// <summary>Zeros, or another number, instead of the product.</summary>
    public Tensor[] Zeros(double value = 0) => [.. _types.Select(type => Tensor.Full(type.Shape, value, type.DType))];

    /// <summary>What rounding contributes to a central difference: of the two gradients, divided by the step, and of the displaced states, relative to the
    /// displacement.</summary>
    public double Rounding(double step, double norm, double gradients, double product) =>
        Epsilon * ((gradients / step) + (StateNorm / (step * norm) * product));
}
