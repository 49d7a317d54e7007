using System.Collections.Immutable;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The outer objective at a point: F, g = ∇_wF and h = ∇_λF, and on which leaves of λ it depends.</summary>
/// <param name="Value">F.</param>
/// <param name="StateGradient">g, the active leaves.</param>
/// <param name="HyperGradient">h, the active leaves.</param>
/// <param name="DependsOn">For every active leaf of λ, whether F depends on it.</param>
/// <param name="Warnings">About kinks of F exactly there.</param>
internal sealed record OuterDerivative(double Value, Tensor[] StateGradient, Tensor[] HyperGradient, ImmutableArray<bool> DependsOn,
    ImmutableArray<HypergradientWarning> Warnings)
{
    /// <summary>For every active leaf of λ, whether F depends on it, or the inner problem does.</summary>
    public ImmutableArray<bool> DependsOnOr(ImmutableArray<bool> inner) => [.. DependsOn.Zip(inner, (ofOuter, ofInner) => ofOuter || ofInner)];

    /// <summary>The derivative of F, or of F on some of its samples.</summary>
    public static OuterDerivative At(IBoundFunction outer, BilevelPoint point)
    {
        BoundGraph bound = outer.Bind(point.State, point.Hyper);
        Axes active = [.. bound.State.Items, .. bound.Hyper.Items];
        Tensor[] operands = bound.Operands(point.State.Tensors, point.Hyper.Tensors);
        Tensor[] outputs = Derivatives.Gradient(bound.Graph, active).Call(operands).EnsureConverged(outer.Name);
        Tensor[] gradient = outputs[bound.Graph.Outputs.Length..];
        ImmutableArray<bool> reached = Linearization.Of(bound.Graph, active).Transposed.Reached;
        int states = bound.State.Count;
        ImmutableArray<HypergradientWarning> warnings = KinkSearch.IsSmooth(bound.Graph)
            ? []
            : [.. KinkWarnings.Of(outer.Name, KinkSearch.Of(Subgraph.Outputs(bound.Graph, ..1), active).At(operands))];
        return new OuterDerivative(outputs[0].ToScalar(), gradient[..states], gradient[states..], reached[states..], warnings);
    }
}
