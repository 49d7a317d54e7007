using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Brings graphs of linear maps into the form <c>(v, residuals) → A v</c>, with an output for every leaf.</summary>
internal static class OperatorGraph
{
    /// <summary>The tangent graph of a linearization, with zeros for outputs that are structurally zero.</summary>
    public static Graph Of(LinearizedGraph linearized, IReadOnlyList<TensorType> outputs) =>
        linearized.ActiveOutputs.Length == outputs.Count
            ? linearized.Tangent : linearized.Tangent.Derive(Key.Instance, _ => Complete(linearized, outputs));

    private static Graph Complete(LinearizedGraph linearized, IReadOnlyList<TensorType> outputs) => TracedFunction.Of(
        operands =>
        {
            Tensor[] active = linearized.Tangent.Call(operands).Outputs;
            Tensor[] all = LeafVector.Zeros(outputs);
            for (int i = 0; i < active.Length; i++)
            {
                all[linearized.ActiveOutputs[i]] = active[i];
            }

            return all;
        },
        [.. linearized.Tangent.Inputs.Select(input => input.Type)]).Graph;

    private sealed record Key : IDerivation<Graph>
    {
        public static Key Instance { get; } = new();
    }
}
