using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Loops over batches: all items step together; where they end at different steps, those that are done keep what they have.</summary>
/// <remarks>Carries are chosen, never multiplied by a mask, so that what an item would do after its end cannot make its result or its tangent NaN.</remarks>
internal static class BatchedLoop
{
    /// <summary>The results of a loop for a batch of operands.</summary>
    public static Tensor[] Of(ScanLoop loop, ReadOnlySpan<BatchOperand> operands, int size)
    {
        // beyond its last row an item would still solve or factorize, and could fail
        if (loop.Counted && operands[^1].IsBatched && loop.Body.MayFail)
        {
            return ItemByItem.Of(loop, operands, size);
        }

        Step step = Step.Of(loop.Body, loop.Carries, Batches.Apart(operands[..loop.Body.Inputs.Length]).Flags, size,
            allCarries: loop.Counted && operands[^1].IsBatched);
        LoopOperands all = loop.Split(Prepared(operands, step.Inputs, size));
        for (int i = 0; i < loop.Slices; i++)
        {
            // rows first, then items
            all.Slices[i] = step.Inputs[loop.Carries + i] ? all.Slices[i].MoveAxis(0, 1) : all.Slices[i];
        }

        Tensor[] results = loop.Counted && operands[^1].IsBatched
            ? Counted(loop, step, all)
            : ScanLoop.Run(step.Graph, all, loop.Length, loop.Reverse, loop.Checkpointing);
        return Stacked(results, loop.Carries, step, size);
    }

    /// <summary>The results of a bounded loop for a batch of operands.</summary>
    public static Tensor[] Of(WhileLoop loop, ReadOnlySpan<BatchOperand> operands, int size)
    {
        // what a done item would still solve or factorize could fail, and would cost; items of a batch of batches are batches
        if (loop.Items is not null || loop.Condition.MayFail || loop.Body.MayFail)
        {
            return ItemByItem.Of(loop, operands, size);
        }

        bool[] flags = Batches.Apart(operands).Flags;
        int conditionConstants = loop.Condition.Inputs.Length - loop.Carries;
        bool[] ofCondition(Step step) => [.. step.Inputs[..loop.Carries], .. flags[loop.Carries..(loop.Carries + conditionConstants)]];
        bool[] ofBody = [.. flags[..loop.Carries], .. flags[(loop.Carries + conditionConstants)..]];
        Step step = Step.Of(loop.Body, loop.Carries, ofBody, size);
        BatchedGraph condition = Batching.Of(loop.Condition, [.. ofCondition(step)], size);
        if (condition.Outputs[0])
        {
            step = Step.Of(loop.Body, loop.Carries, ofBody, size, allCarries: true);
            condition = Batching.Of(loop.Condition, [.. ofCondition(step)], size);
        }

        Tensor[] all = Prepared(operands, [.. step.Inputs[..loop.Carries], .. flags[loop.Carries..]], size);
        loop = loop with { Items = new LoopItems(size, [.. Enumerable.Range(0, loop.Carries).Where(i => step.Inputs[i])]) };
        Tensor[] results = condition.Outputs[0]
            ? UntilAllAreDone(loop, step, condition.Graph, all) : (loop with { Condition = condition.Graph, Body = step.Graph }).Apply(all);
        return [.. Stacked(results[..^2], loop.Carries, step, size), .. results[^2..]];
    }

    // a carry that a step makes different for every item begins so
    private static Tensor[] Prepared(ReadOnlySpan<BatchOperand> operands, ReadOnlySpan<bool> batched, int size)
    {
        var prepared = new Tensor[operands.Length];
        for (int i = 0; i < prepared.Length; i++)
        {
            prepared[i] = i < batched.Length && batched[i] ? operands[i].Repeated(size) : operands[i].Tensor;
        }

        return prepared;
    }

    private static Tensor[] Stacked(Tensor[] results, int carries, Step step, int size) =>
    [
        .. results.Select((result, i) => !step.Outputs[i] ? new BatchOperand(result, false).Repeated(size) : i < carries ? result : result.MoveAxis(1, 0)),
    ];

    // every item has a count of its own: rows beyond it change nothing. A further carry counts the rows.
    private static Tensor[] Counted(ScanLoop loop, Step step, LoopOperands operands)
    {
        Tensor counts = operands.Count!.To(DType.Float64);
        Tensor longest = counts.Max();
        int next = loop.Reverse ? -1 : 1;
        Graph body = TracedFunction.Of(
            all =>
            {
                Tensor row = all[loop.Carries];
                Tensor running = row < all[^1];
                Tensor[] results = step.Graph.Call([.. all[..loop.Carries], .. all[(loop.Carries + 1)..^1]]).Outputs;
                Tensor[] chosen = [.. results.Select((tensor, i) => Choose(running, tensor, i < loop.Carries ? all[i] : Tensor.ZerosLike(tensor)))];
                return [.. chosen[..loop.Carries], row + next, .. chosen[loop.Carries..]];
            },
            [
                .. step.Graph.Inputs.Take(loop.Carries).Select(input => input.Type),
                longest.Type,
                .. step.Graph.Inputs.Skip(loop.Carries).Select(input => input.Type),
                counts.Type,
            ]).Graph;
        Tensor[] results = ScanLoop.Run(
            body,
            new LoopOperands(
                [.. operands.Carries, loop.Reverse ? longest - 1 : Tensor.ZerosLike(longest)], operands.Slices, [.. operands.Constants, counts],
                longest.To(DType.Int32)),
            loop.Length,
            loop.Reverse);
        return [.. results[..loop.Carries], .. results[(loop.Carries + 1)..]];
    }

    private static Tensor[] UntilAllAreDone(WhileLoop loop, Step step, Graph condition, Tensor[] operands)
    {
        int conditionConstants = condition.Inputs.Length - loop.Carries;
        Graph body = TracedFunction.Of(
            all =>
            {
                Tensor[] given = all[loop.Carries..];
                Tensor running = condition.Call([.. all[..loop.Carries], .. given[..conditionConstants]]).Outputs[0];
                Tensor[] next = step.Graph.Call([.. all[..loop.Carries], .. given[conditionConstants..]]).Outputs;
                return [.. next.Take(loop.Carries).Select((tensor, i) => Choose(running, tensor, all[i])), .. next.Skip(loop.Carries)];
            },
            [.. condition.Inputs.Concat(step.Graph.Inputs.Skip(loop.Carries)).Select(input => input.Type)]).Graph;
        return (loop with { Condition = condition, Body = body }).Apply([.. operands[..(loop.Carries + conditionConstants)], .. operands[loop.Carries..]]);
    }

    // by item, the first axis of all that a step leaves behind
    private static Tensor Choose(Tensor mask, Tensor chosen, Tensor otherwise) =>
        Tensor.Where(mask.Reshape([mask.Count, .. Enumerable.Repeat(1, chosen.Rank - 1)]), chosen, otherwise);

    /// <summary>The body of a loop for a batch.</summary>
    /// <param name="Graph">The body.</param>
    /// <param name="Inputs">Which of its inputs are batched.</param>
    /// <param name="Outputs">Which of its outputs are batched: a carry is as its input.</param>
    private sealed record Step(Graph Graph, bool[] Inputs, bool[] Outputs)
    {
        public static Step Of(Graph body, int carries, bool[] inputs, int size, bool allCarries = false)
        {
            inputs = [.. inputs.Select((batched, i) => batched || (allCarries && i < carries))];
            while (true)
            {
                BatchedGraph batched = Batching.Of(body, [.. inputs], size);
                bool[] grown = [.. inputs.Select((flag, i) => flag || (i < carries && batched.Outputs[i]))];
                if (grown.SequenceEqual(inputs))
                {
                    bool[] outputs = [.. batched.Outputs.Select((flag, i) => allCarries || flag || (i < carries && inputs[i]))];
                    Graph graph = TracedFunction.Of(
                        operands => [.. batched.Graph.Call(operands).Outputs.Select(
                            (output, i) => outputs[i] ? new BatchOperand(output, batched.Outputs[i]).Repeated(size) : output)],
                        [.. batched.Graph.Inputs.Select(input => input.Type)]).Graph;
                    return new Step(graph, inputs, outputs);
                }

                inputs = grown;
            }
        }
    }
}
