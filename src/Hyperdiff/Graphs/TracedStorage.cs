namespace Hyperdiff.Graphs;

/// <summary>A tensor that stands for a value of a graph under construction.</summary>
internal sealed class TracedStorage(Trace trace, Value value, string? label = null) : TensorStorage
{
    public Trace Trace { get; } = trace;

    public Value Value { get; } = value;

    /// <summary>The name of the leaf or argument, for messages; null for intermediate values.</summary>
    public string? Label { get; } = label;

    internal override bool HasElements => false;

    internal override string? Name => Label;

    public override HostArray Read(TensorType type) => Trace.ValueOf(Value).Read();
}
