using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Brings graphs of linear maps into the form <c>(v, residuals) → A v</c>, with an output for every leaf.</summary>
internal static class OperatorGraph
{
    /// <summary>The tangent graph of a linearization, with zeros for outputs that are structurally zero.</summary>
    /// <param name="linearized">The linearization.</param>
    /// <param name="outputs">The types of the outputs that are wanted, the last ones.</param>
    /// <param name="first">How many there are before.</param>
    public static Graph Of(LinearizedGraph linearized, IReadOnlyList<TensorType> outputs, int first = 0) =>
        first == 0 && linearized.ActiveOutputs.Length == outputs.Count
            ? linearized.Tangent : linearized.Tangent.Derive(new Key(first), _ => Complete(linearized, outputs, first));

    private static Graph Complete(LinearizedGraph linearized, IReadOnlyList<TensorType> outputs, int first) => Simplification.DropUnused(TracedFunction.Of(
        operands =>
        {
            Tensor[] active = linearized.Tangent.Call(operands).Outputs;
            Tensor[] all = LeafVector.Zeros(outputs);
            for (int i = 0; i < active.Length; i++)
            {
                if (linearized.ActiveOutputs[i] >= first)
                {
                    all[linearized.ActiveOutputs[i] - first] = active[i];
                }
            }

            return all;
        },
        [.. linearized.Tangent.Inputs.Select(input => input.Type)]).Graph);

    private readonly record struct Key(int First) : IDerivation<Graph>;
}
