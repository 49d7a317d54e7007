namespace Hyperdiff.Graphs;

/// <summary>A primitive that all ranks run together: from what is the same on all of them to what differs, or back.</summary>
/// <remarks>
/// Between the two stands the program of one rank. Each of the two is the transpose of the other, so that a derivative of whatever order of a sum over ranks
/// is one again, and none can stay on one rank. Works on any number of operands, in one exchange.
/// </remarks>
/// <param name="Ranks">The ranks.</param>
internal abstract record Collective(Ranks Ranks) : Primitive
{
    /// <inheritdoc/>
    internal override bool TakesWholeBatches => true;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) => this;

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => Apply(Array.ConvertAll(operands.ToArray(), operand => operand.Tensor));

    /// <summary>The same of the tangents.</summary>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        WhereGiven(this, tangents);

    /// <summary>The other of the two, of the cotangents.</summary>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) => WhereGiven(Transposed, cotangents);

    /// <summary>What takes cotangents back.</summary>
    private protected abstract Collective Transposed { get; }

    private static Tensor?[] WhereGiven(Collective collective, ReadOnlySpan<Tensor?> some)
    {
        int[] given = [.. Axes.Where(Array.ConvertAll(some.ToArray(), tensor => tensor is not null))];
        var placed = new Tensor?[some.Length];
        Tensor[] all = [.. some.ToArray().OfType<Tensor>()];
        Tensor[] results = collective.Apply(all);
        for (int i = 0; i < given.Length; i++)
        {
            placed[given[i]] = results[i];
        }

        return placed;
    }
}
