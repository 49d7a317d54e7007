using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A function as one primitive that keeps nothing for its derivative but its operands: what the derivative needs is computed again.</summary>
/// <remarks>
/// Its tangent is such a function too, <c>(x, ẋ) → J(x) ẋ</c> with J(x) computed within, and so is the transpose of that. Source: Griewank and Walther (2008),
/// "Evaluating Derivatives", doi:10.1137/1.9780898717761, 2nd edition, chapter 12.
/// </remarks>
/// <param name="Body">The function.</param>
internal sealed record Checkpointed(Graph Body) : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => Body.IsValue;

    /// <inheritdoc/>
    internal override bool MayKeepOperands => false;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) =>
        !types.KeepsValues && types.Of(Body) is { } body ? new Checkpointed(body) : null;

    /// <inheritdoc/>
    internal override Primitive? Widened(ReadOnlySpan<bool> linear) => new Checkpointed(Widening.Of(Body, Axes.Where(linear)));

    /// <inheritdoc/>
    internal override TensorType[] Wanted(ReadOnlySpan<TensorType> operands) => [.. Body.InputTypes];

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [.. Body.Outputs.Select(output => output.Type)];

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands) => Body.RunWithin(backend, operands, "A checkpointed function");

    /// <inheritdoc/>
    public override long WorkingBytes(IBackend backend) => Body.Executable(backend).PeakBytes - Body.Outputs.Sum(output => output.Type.Bytes);

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size)
    {
        (Tensor[] tensors, bool[] flags) = Batches.Apart(operands);
        return new Checkpointed(Batching.Of(Body, [.. flags], size).Repeated).Apply(tensors);
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        var given = GivenTangents.Of(tangents);
        LinearizedGraph linearized = Linearization.Of(Body, given.Active);
        Graph forward = Derivatives.Forward(Body, given.Active);
        Graph tangentsOnly = Subgraph.Of(
            forward, [.. Enumerable.Range(0, forward.Inputs.Length)], [.. linearized.ActiveOutputs.Select(output => Body.Outputs.Length + output)]);
        Tensor[] derived = new Checkpointed(tangentsOnly).Apply([.. operands, .. given.Directions]);
        var placed = new Tensor?[results.Length];
        for (int i = 0; i < derived.Length; i++)
        {
            placed[linearized.ActiveOutputs[i]] = derived[i];
        }

        return placed;
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        LinearGraph.Transpose(Body, cotangents, operands, (graph, all) => new Checkpointed(graph).Apply(all));

    /// <inheritdoc/>
    public override KinkCount[] KinksWithin(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<bool> active) =>
        KinkSearch.Of(Body, Axes.Where(active)).Within(operands);

    /// <inheritdoc/>
    public override IEnumerable<Graph> Bodies => [Body];

    /// <inheritdoc/>
    public override int StoppedCount => StoppedValues.Of(Body).Values.Outputs.Length;

    /// <inheritdoc/>
    public override Tensor[] Stopped(ReadOnlySpan<Tensor> operands) => StoppedValues.Of(Body).At(operands);

    /// <inheritdoc/>
    public override Tensor[] ApplyHeld(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> stopped) =>
        new Checkpointed(StoppedValues.Of(Body).Held).Apply([.. operands, .. stopped]);

    /// <inheritdoc/>
    public override bool Chooses(ReadOnlySpan<bool> linear) => Choices.Within(Body, linear.ToArray());

    /// <inheritdoc/>
    public override LiveResult[]? Live(ReadOnlySpan<LiveOperand> operands)
    {
        LiveOperand[] all = operands.ToArray();
        GuardedGraph guarded = Choices.Guarded(Body, [.. all.Select(operand => operand.IsLinear)], [.. all.Select(operand => operand.Mask is not null)]);
        Tensor[] results = new Checkpointed(guarded.Graph)
            .Apply([.. all.Select(operand => operand.Tensor), .. all.Where(operand => operand.Mask is not null).Select(operand => operand.Mask!)]);
        int next = guarded.Masked.Length;
        return [.. guarded.Masked.Select((masked, i) => new LiveResult(results[i], masked ? results[next++] : null))];
    }
}
