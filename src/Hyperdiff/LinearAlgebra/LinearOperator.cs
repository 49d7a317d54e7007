using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A linear map from structures of tensors to structures of tensors, known by what it does: <c>v ↦ A v</c>.</summary>
/// <remarks>Held as a graph, so that its transpose is derived, not written, and products run compiled.</remarks>
public sealed class LinearOperator
{
    internal LinearOperator(Graph graph, Tensor[] residuals) => (Graph, Residuals) = (graph, residuals);

    /// <summary>The types of the leaves of v.</summary>
    public ImmutableArray<TensorType> InputTypes => [.. Graph.Inputs.Skip(Residuals.Length).Select(input => input.Type)];

    /// <summary>The types of the leaves of A v.</summary>
    public ImmutableArray<TensorType> OutputTypes => [.. Graph.Outputs.Select(output => output.Type)];

    /// <summary>The graph <c>(residuals, v) → A v</c>.</summary>
    internal Graph Graph { get; }

    /// <summary>What the products share.</summary>
    internal Tensor[] Residuals { get; }

    /// <summary>An operator from a linear function of one tensor.</summary>
    /// <param name="apply">v ↦ A v; it must be linear.</param>
    /// <param name="type">The type of v.</param>
    public static LinearOperator From(Func<Tensor, Tensor> apply, TensorType type)
    {
        ArgumentNullException.ThrowIfNull(apply);
        TracedFunction traced = TracedFunction.Of(arguments => [apply(arguments[0])], [type]);
        return new LinearOperator(OperatorGraph.CapturesFirst(traced.Graph, 1), traced.Captures);
    }

    /// <summary>A v.</summary>
    /// <param name="vector">One tensor per leaf.</param>
    public Tensor[] Apply(params ReadOnlySpan<Tensor> vector) => Graph.Call([.. Residuals, .. vector]).Converged("A product with a linear operator");

    /// <summary>The operator <c>u ↦ Aᵀ u</c>, over the same residuals.</summary>
    public LinearOperator Transpose() => new(Transposition.Of(Graph, Residuals.Length).Graph, Residuals);
}
