namespace Hyperdiff;

/// <summary>The linear loop that belongs to a loop whose residuals were stacked.</summary>
internal static class LoopTangents
{
    /// <summary>The tangents of the carries and of the stacked outputs; null where structurally zero.</summary>
    /// <param name="linearized">The loop, with its original body, and the linearization of that.</param>
    /// <param name="operands">The operands, with the constants that the linearization adds.</param>
    /// <param name="stacks">The residuals.</param>
    /// <param name="tangents">The tangents of the operands.</param>
    public static Tensor?[] Along(
        (ScanLoop Loop, StepLinearization Step) linearized, LoopOperands operands, Tensor[] stacks, ReadOnlySpan<Tensor?> tangents)
    {
        (ScanLoop loop, StepLinearization step) = linearized;
        StepInputs active = StepInputs.Of(loop, step.Active.Contains);
        Tensor?[] directions = tangents.ToArray();
        Tensor[] derived = ScanLoop.Run(
            step.Tangent,
            new LoopOperands(
                [.. active.Carries.Select(carry => directions[carry] ?? Tensor.ZerosLike(operands.Carries[carry]))],
                [.. active.Slices.Select(slice => directions[slice]!), .. stacks, .. step.NeededSlices.Items.Select(slice => operands.Slices[slice])],
                [
                    .. active.Constants.Select(constant => directions[constant]!),
                    .. step.NeededConstants.Items.Select(constant => operands.Constants[constant]),
                ],
                operands.Count),
            loop.Length,
            loop.Reverse);
        return ByOutput(loop, [.. active.Carries, .. step.ActiveOutputs.Items.Select(output => loop.Carries + output)], derived);
    }

    /// <summary>Tangents of some outputs of a step, where they belong among those of all of them.</summary>
    internal static Tensor?[] ByOutput(ScanLoop loop, int[] outputs, ReadOnlySpan<Tensor> tangents)
    {
        var all = new Tensor?[loop.Body.Outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            all[outputs[i]] = tangents[i];
        }

        return all;
    }
}
