using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A loop that runs back over the carries of another, which are computed again from checkpoints.</summary>
/// <remarks>
/// Equal to a loop that stacks those carries and one that reads them, of which it keeps only the checkpoints. Its own derivatives are those of that pair, so
/// that they do keep every carry (but no residuals). Its operands: the carries of the loop back; the first carries of the loop that is gone back through; the
/// slices that both loops read; further slices of the loop back; the constants of both.
/// </remarks>
/// <param name="Step">The other loop's step, from its carries, shared slices and constants to its carries.</param>
/// <param name="Body">The step back, from its carries, the other loop's carries, shared and further slices, and constants to its carries and outputs.</param>
/// <param name="States">The number of the other loop's carries.</param>
/// <param name="Carries">The number of carries of the loop back.</param>
/// <param name="Shared">The number of shared slices.</param>
/// <param name="Slices">The number of further slices.</param>
/// <param name="Length">The number of steps.</param>
/// <param name="Reverse">Whether the loop back runs from the last row to the first, as it does unless the other loop does.</param>
/// <param name="Checkpointing">What is kept.</param>
internal sealed record BackwardLoop(Graph Step, Graph Body, int States, int Carries, int Shared, int Slices, int Length, bool Reverse,
    Checkpointing Checkpointing) : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => Step.IsValue && Body.IsValue;

    /// <inheritdoc/>
    internal override bool MayKeepOperands => false;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) =>
        !types.KeepsValues && types.Of(Step) is { } step && types.Of(Body) is { } body ? this with { Step = step, Body = body } : null;

    /// <inheritdoc/>
    internal override TensorType[] Wanted(ReadOnlySpan<TensorType> operands)
    {
        TensorType[] Stacked(IEnumerable<TensorType> rows) => [.. rows.Select(row => row with { Shape = [Length, .. row.Shape] })];
        int first = Carries + States;
        return
        [
            .. Body.InputTypes[..first],
            .. Stacked(Body.InputTypes[first..(first + Shared + Slices)]),
            .. Body.InputTypes[(first + Shared + Slices)..],
        ];
    }

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) =>
    [
        .. Body.Outputs.Take(Carries).Select(output => output.Type),
        .. Body.Outputs.Skip(Carries).Select(output => output.Type with { Shape = [Length, .. output.Type.Shape] }),
    ];

    /// <inheritdoc/>
    public override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        Tensor[] here(ReadOnlySpan<Tensor> tensors) => Array.ConvertAll(tensors.ToArray(), tensor => Placement.On(backend, tensor));
        Tensor[] shared = here(operands.Slice(States + Carries, Shared)), slices = here(operands.Slice(States + Carries + Shared, Slices));
        Tensor[] constants = operands[(States + Carries + Shared + Slices)..].ToArray();
        Tensor[] Rows(Tensor[] stacks, int row) => [.. stacks.Select(stack => StackedRows.Row(stack, row))];
        int RowOf(int step) => Reverse ? step : Length - 1 - step;
        var run = new LoopRun(Body, backend, operands[..Carries], States + Shared + Slices, constants);
        var states = new Trajectory(
            (state, step) => run.Beside(Step, backend, [.. state, .. Rows(shared, RowOf(step)), .. constants]),
            operands.Slice(Carries, States).ToArray(),
            (Length, Length),
            Checkpointing);
        Tensor[] stacks = [.. Body.Outputs.Skip(Carries).Select(output => backend.Allocate(output.Type with { Shape = [Length, .. output.Type.Shape] }))];
        int left = Length;
        foreach (Tensor[] state in states.Backwards())
        {
            int row = RowOf(--left);
            run.Step([.. state, .. Rows(shared, row), .. Rows(slices, row)], Rows(stacks, row));
        }

        run.TellOfSolves();
        return [.. run.End, .. stacks.Select(Placement.Finished)];
    }

    /// <inheritdoc/>
    public override long WorkingBytes(IBackend backend)
    {
        // the first of the kept states is an operand, and the successor of the one at hand is a result of the step's plan
        long state = Step.Outputs.Sum(output => output.Type.Bytes);
        return (Math.Max(0, Checkpointing.MostKept(Length, state) - 1) * state) + Step.Executable(backend).PeakBytes
            + LoopRun.WorkingBytes(Body, Carries, backend);
    }

    /// <inheritdoc/>
    public override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size)
    {
        (Tensor[] tensors, bool[] flags) = Batches.Apart(operands);
        return Batching.Of(Expanded(), [.. flags], size).Repeated.Call(tensors).Outputs;
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        GivenTangents.Of(tangents).Along(Expanded(), operands);

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        LinearGraph.Transpose(Expanded(), cotangents, operands, (graph, all) => graph.Call(all).Outputs);

    /// <inheritdoc/>
    public override bool Chooses(ReadOnlySpan<bool> linear) => LiveLoop.Chooses(Body, Carries, linear.ToArray());

    /// <inheritdoc/>
    public override LiveResult[]? Live(ReadOnlySpan<LiveOperand> operands) => LiveLoop.Of(
        Body,
        operands.ToArray(),
        [Carries, Carries + States, Carries + States + Shared, Carries + States + Shared + Slices, Body.Inputs.Length],
        (body, groups) => new BackwardLoop(Step, body, States, groups[0].Length, Shared, groups[3].Length, Length, Reverse, Checkpointing)
            .Apply([.. groups.SelectMany(group => group)]));

    /// <summary>Runs back, by checkpoints or over all carries as the loop says that is gone back through.</summary>
    /// <param name="loop">The loop that is gone back through.</param>
    /// <param name="known">What is computed again of it: its step, from states, shared slices and constants to states; the first states; how many slices both
    /// loops read, the first ones.</param>
    /// <param name="body">The step back.</param>
    /// <param name="operands">The operands of the loop back, without the states.</param>
    internal static Tensor[] Run(ScanLoop loop, (Graph Step, Tensor[] States, int Shared) known, Graph body, LoopOperands operands)
    {
        (Graph step, Tensor[] states, int shared) = known;
        var back = new BackwardLoop(step, body, states.Length, operands.Carries.Length, shared, operands.Slices.Length - shared, loop.Length, !loop.Reverse,
            loop.Checkpointing);
        return loop.Counted || loop.Checkpointing is EveryIterate
            ? back.OverAll(states, operands)
            : back.Apply([.. operands.Carries, .. states, .. operands.Slices, .. operands.Constants]);
    }

    // a loop that stacks the states, and one that reads them
    private Tensor[] OverAll(Tensor[] states, LoopOperands operands)
    {
        Graph stacking = Step.Derive(new StackingKey(states.Length), graph => TracedFunction.Of(
            all => [.. graph.Call(all).Outputs, .. all[..states.Length]], [.. graph.Inputs.Select(input => input.Type)]).Graph);
        Tensor[] before = ScanLoop.Run(stacking, operands with { Carries = states, Slices = operands.Slices[..Shared] }, Length, !Reverse)[states.Length..];
        return ScanLoop.Run(Body, operands with { Slices = [.. before, .. operands.Slices] }, Length, Reverse);
    }

    private Graph Expanded() => Step.Derive(new ExpandedKey(this), _ => Simplification.Of(TracedFunction.Of(
        operands => OverAll(
            operands[Carries..(Carries + States)],
            new LoopOperands(
                operands[..Carries],
                operands[(States + Carries)..(States + Carries + Shared + Slices)],
                operands[(States + Carries + Shared + Slices)..])),
        [.. OperandTypes()]).Graph));

    private ImmutableArray<TensorType> OperandTypes()
    {
        TensorType Stacked(Value row) => row.Type with { Shape = [Length, .. row.Type.Shape] };
        int firstSlice = Carries + States;
        return
        [
            .. Body.Inputs.Take(firstSlice).Select(input => input.Type),
            .. Body.Inputs.Skip(firstSlice).Take(Shared + Slices).Select(Stacked),
            .. Body.Inputs.Skip(firstSlice + Shared + Slices).Select(input => input.Type),
        ];
    }

    /// <inheritdoc/>
    public override IEnumerable<Graph> Bodies => [Step, Body];

    private readonly record struct StackingKey(int States) : IDerivation<Graph>;

    private readonly record struct ExpandedKey(BackwardLoop Loop) : IDerivation<Graph>;
}
