using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A loop together with its tangent: each step computes both, so that no residual outlives its step.</summary>
/// <remarks>What a loop with checkpoints is linearized to: its transpose goes back through the carries alone.</remarks>
internal static class JointLoop
{
    /// <summary>The tangents of the last carries and of the stacked outputs; null where structurally zero.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="operands">Its operands.</param>
    /// <param name="given">The inputs of a step that have a tangent before the first one.</param>
    /// <param name="tangents">The tangents of the operands.</param>
    public static Tensor?[] Tangents(ScanLoop loop, LoopOperands operands, Axes given, ReadOnlySpan<Tensor?> tangents)
    {
        (Axes reached, LinearizedGraph step) = StepLinearization.Reached(loop.Body, loop.Carries, given);
        StepInputs active = StepInputs.Of(loop, reached.Contains);
        int[] outputs = [.. active.Carries, .. step.ActiveOutputs.Where(output => output >= loop.Carries)];
        Tensor?[] directions = tangents.ToArray();
        Tensor[] results = ScanLoop.Run(
            Step(loop, reached, active, outputs),
            new LoopOperands(
                [.. operands.Carries, .. active.Carries.Select(carry => directions[carry] ?? Tensor.ZerosLike(operands.Carries[carry]))],
                [.. operands.Slices, .. active.Slices.Select(slice => directions[slice]!)],
                [.. operands.Constants, .. active.Constants.Select(constant => directions[constant]!)]),
            loop.Length,
            loop.Reverse,
            loop.Checkpointing);
        return LoopTangents.ByOutput(loop, outputs, results.AsSpan(loop.Carries));
    }

    // from carries, slices and constants, the tangents of each group behind it, to the next carries and the tangents of the outputs
    private static Graph Step(ScanLoop loop, Axes reached, StepInputs active, int[] outputs) => loop.Body.Derive(
        new Key(loop.Carries, loop.Slices, reached),
        body => Simplification.Of(TracedFunction.Of(
            operands =>
            {
                var next = new OperandReader(operands);
                (Tensor[] c, Tensor[] dc) = (next.Take(loop.Carries), next.Take(active.Carries.Length));
                (Tensor[] x, Tensor[] dx) = (next.Take(loop.Slices), next.Take(active.Slices.Length));
                (Tensor[] p, Tensor[] dp) = (next.Take(body.Inputs.Length - loop.FirstConstant), next.Take(active.Constants.Length));
                Tensor[] results = Derivatives.Forward(body, reached).Call([.. c, .. x, .. p, .. dc, .. dx, .. dp]).Outputs;
                return [.. results[..loop.Carries], .. outputs.Select(output => results[body.Outputs.Length + output])];
            },
            [
                .. StepInputs.Types(body, [.. Enumerable.Range(0, loop.Carries), .. active.Carries]),
                .. StepInputs.Types(body, [.. Enumerable.Range(loop.Carries, loop.Slices), .. active.Slices]),
                .. StepInputs.Types(body, [.. Enumerable.Range(loop.FirstConstant, body.Inputs.Length - loop.FirstConstant), .. active.Constants]),
            ]).Graph));

    private readonly record struct Key(int Carries, int Slices, Axes Active) : IDerivation<Graph>;
}
