namespace Hyperdiff;

/// <summary>The linear loop that belongs to a loop whose residuals were stacked.</summary>
internal static class LoopTangents
{
    /// <summary>The operands that have a tangent.</summary>
    public static Axes Given(ReadOnlySpan<Tensor?> tangents)
    {
        var given = new List<int>();
        for (int i = 0; i < tangents.Length; i++)
        {
            if (tangents[i] is not null)
            {
                given.Add(i);
            }
        }

        return [.. given];
    }

    /// <summary>The tangents of the carries and of the stacked outputs; null where structurally zero.</summary>
    /// <param name="loop">The loop; its body is the original one.</param>
    /// <param name="step">The linearization of the body.</param>
    /// <param name="operands">The operands, with the constants that the linearization adds.</param>
    /// <param name="stacks">The residuals.</param>
    /// <param name="tangents">The tangents of the operands.</param>
    public static Tensor?[] Along(ScanLoop loop, StepLinearization step, LoopOperands operands, Tensor[] stacks, ReadOnlySpan<Tensor?> tangents)
    {
        int firstConstant = loop.Carries + loop.Slices;
        int[] carries = [.. step.Active.Items.Where(input => input < loop.Carries)];
        int[] slices = [.. step.Active.Items.Where(input => input >= loop.Carries && input < firstConstant)];
        int[] constants = [.. step.Active.Items.Where(input => input >= firstConstant)];
        Tensor?[] directions = tangents.ToArray();
        Tensor[] results = ScanLoop.Run(
            step.Tangent,
            new LoopOperands(
                [.. carries.Select(i => directions[i] ?? Tensor.ZerosLike(operands.Carries[i]))],
                [.. slices.Select(i => directions[i]!), .. stacks, .. step.NeededSlices.Items.Select(i => operands.Slices[i])],
                [.. constants.Select(i => directions[i]!), .. step.NeededConstants.Items.Select(i => operands.Constants[i])],
                operands.Count),
            loop.Length,
            loop.Reverse);
        var placed = new Tensor?[loop.Body.Outputs.Length];
        for (int i = 0; i < carries.Length; i++)
        {
            placed[carries[i]] = results[i];
        }

        for (int i = 0; i < step.ActiveOutputs.Count; i++)
        {
            placed[loop.Carries + step.ActiveOutputs[i]] = results[carries.Length + i];
        }

        return placed;
    }
}
