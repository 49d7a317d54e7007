using Hyperdiff.Graphs;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>Whether the tensor stands for a value of a graph under construction.</summary>
    public bool IsTraced => Storage is TracedStorage;
}
