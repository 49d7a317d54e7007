using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The transpose of a loop that is linear in some of its operands: a loop that runs the other way.</summary>
/// <remarks>
/// Cotangents of the carries are carried back; those of the linear slices are stacked, and those of the linear constants add up. Carries that do not depend on
/// a linear operand are known: the loop
/// back needs them as they were before each step, stacked or computed again from checkpoints.
/// </remarks>
internal static class TransposedLoop
{
    /// <summary>The cotangents of the operands; null for known ones and where structurally zero.</summary>
    public static Tensor?[] Of(ScanLoop loop, ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        bool[] linear = LiveLoop.WithCarries(loop.Body, loop.Carries, [.. operands[..loop.Body.Inputs.Length].ToArray().Select(operand => operand.IsLinear)]);
        int firstConstant = loop.Carries + loop.Slices;
        int outputs = loop.Body.Outputs.Length - loop.Carries;
        Tensor?[] seeds = cotangents.ToArray();
        int[] Inputs(int from, int to, bool isLinear) => [.. Enumerable.Range(from, to - from).Where(i => linear[i] == isLinear)];
        (int[] knownCarries, int[] carries) = (Inputs(0, loop.Carries, false), Inputs(0, loop.Carries, true));
        (int[] knownSlices, int[] slices) = (Inputs(loop.Carries, firstConstant, false), Inputs(loop.Carries, firstConstant, true));
        (int[] knownConstants, int[] constants) = (Inputs(firstConstant, loop.Body.Inputs.Length, false), Inputs(firstConstant, loop.Body.Inputs.Length, true));
        int[] seeded = [.. Enumerable.Range(0, outputs).Where(i => seeds[loop.Carries + i] is not null)];

        // (known | linear) → (carries, seeded outputs), turned around
        int[] known = [.. knownCarries, .. knownSlices, .. knownConstants];
        Graph step = Subgraph.Of(loop.Body, [.. known, .. carries, .. slices, .. constants], [.. carries, .. seeded.Select(i => loop.Carries + i)]);
        TransposedGraph back = Transposition.Plain(step, known.Length);
        bool[] reached = [.. back.Reached.Skip(carries.Length)];
        int[] reachedSlices = [.. Enumerable.Range(0, slices.Length).Where(i => reached[i])];
        int[] reachedConstants = [.. Enumerable.Range(0, constants.Length).Where(i => reached[slices.Length + i])];
        Graph body = Body(loop, back, (knownCarries, carries), (knownSlices, seeded), (knownConstants, constants), reachedSlices, reachedConstants,
            slices.Length);

        Operand[] all = operands.ToArray();
        Tensor[] Known(int[] inputs) => [.. inputs.Select(i => all[i].Value)];
        LoopOperands reversed = new(
            [
                .. carries.Select(i => seeds[i] ?? Tensor.Zeros(loop.Body.Outputs[i].Type.Shape, loop.Body.Outputs[i].Type.DType)),
                .. reachedConstants.Select(i => Tensor.Zeros(loop.Body.Inputs[constants[i]].Type.Shape, loop.Body.Inputs[constants[i]].Type.DType)),
            ],
            [.. Known(knownSlices), .. seeded.Select(i => seeds[loop.Carries + i]!)],
            Known(knownConstants),
            loop.Counted ? all[^1].Known : null);
        Tensor[] results;
        if (knownCarries.Length == 0)
        {
            results = ScanLoop.Run(body, reversed, loop.Length, !loop.Reverse);
        }
        else
        {
            Graph advance = Subgraph.Of(loop.Body, known, knownCarries);
            results = BackwardLoop.Run(advance, body, Known(knownCarries), knownSlices.Length, reversed, loop);
        }

        var placed = new Tensor?[all.Length];
        int next = 0;
        foreach (int carry in carries)
        {
            Tensor cotangent = results[next++];
            placed[carry] = all[carry].IsLinear ? cotangent : null;
        }

        foreach (int i in reachedConstants)
        {
            placed[constants[i]] = results[next++];
        }

        foreach (int i in reachedSlices)
        {
            placed[slices[i]] = results[next++];
        }

        return placed;
    }

    // slices: known carries, known slices, seeds; carries: cotangents of the linear carries, sums for the linear constants; outputs: cotangents of the linear
    // slices
    private static Graph Body(
        ScanLoop loop,
        TransposedGraph back,
        (int[] Known, int[] Linear) carries,
        (int[] Known, int[] Seeded) slices,
        (int[] Known, int[] Linear) constants,
        int[] reachedSlices,
        int[] reachedConstants,
        int linearSlices) => back.Graph.Derive(
        (typeof(TransposedLoop), carries.Known.Length, carries.Linear.Length, slices.Known.Length, slices.Seeded.Length, linearSlices),
        (graph, _) => Simplification.Of(TracedFunction.Of(
            operands =>
            {
                var next = new OperandReader(operands);
                (Tensor[] cotangents, Tensor[] sums) = (next.Take(carries.Linear.Length), next.Take(reachedConstants.Length));
                (Tensor[] knownCarries, Tensor[] knownSlices, Tensor[] seeds) = (next.Take(carries.Known.Length), next.Take(slices.Known.Length),
                    next.Take(slices.Seeded.Length));
                Tensor[] knownConstants = next.Take(constants.Known.Length);
                Tensor[] results = graph.Call([.. knownCarries, .. knownSlices, .. knownConstants, .. cotangents, .. seeds]).Outputs;
                int first = carries.Linear.Length;
                return
                [
                    .. results[..first],
                    .. reachedConstants.Select((i, j) => sums[j] + results[first + linearSlices + i]),
                    .. reachedSlices.Select(i => results[first + i]),
                ];
            },
            [
                .. carries.Linear.Select(i => loop.Body.Outputs[i].Type),
                .. reachedConstants.Select(i => loop.Body.Inputs[constants.Linear[i]].Type),
                .. carries.Known.Concat(slices.Known).Select(i => loop.Body.Inputs[i].Type),
                .. slices.Seeded.Select(i => loop.Body.Outputs[loop.Carries + i].Type),
                .. constants.Known.Select(i => loop.Body.Inputs[i].Type),
            ]).Graph));
}
