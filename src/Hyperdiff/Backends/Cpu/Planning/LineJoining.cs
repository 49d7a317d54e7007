using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Makes one line of several, where a kernel computes them together: choices that compare, intervals, inner products.</summary>
/// <remarks>To be called once it is known what other units read. No bit changes.</remarks>
internal static class LineJoining
{
    // a mask that more choices read is made once: each of them compares in less time than it takes to read one
    private const int MostChoices = 8;

    /// <summary>Joins the lines of a group.</summary>
    public static void Apply(FusedGroup group)
    {
        JoinChoices(group);
        JoinIntervals(group);
        JoinDots(group);
    }

    private static void JoinChoices(FusedGroup group)
    {
        List<GroupEntry> entries = group.Entries;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i] is { Operation: Where, Condition: null } choice && choice.Operands[0] is { Slot: not null } mask && group.Offers(mask)
                && mask.Slot.Line!.Operation is { } comparison && mask.Slot.Line.OperandTypes.All(dtype => dtype == choice.Result.Type.DType)
                && mask.Slot.Uses.Count <= MostChoices
                && MaskKernels.Choice(comparison, choice.Result.Type.DType) is not null)
            {
                GroupEntry made = mask.Slot.Line;
                Replace(entries, i, choice with
                {
                    Condition = comparison,
                    Operands = [made.Operands[0], made.Operands[^1], .. choice.Operands[1..]],
                    OperandTypes = [made.OperandTypes[0], made.OperandTypes[^1], .. choice.OperandTypes[1..]],
                });
            }
        }

        Forget(entries, static operation => operation is Comparison);
    }

    // x < low ? p : high < x ? q : y, with numbers for ends and branches
    private static void JoinIntervals(FusedGroup group)
    {
        List<GroupEntry> entries = group.Entries;
        for (int i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i] is { Condition: Less, Operands: [var x, { Kind: ViewKind.Constant } low, { Kind: ViewKind.Constant } p, var rest] } lower
                && rest is { Kind: ViewKind.Dense, Slot: { Kind: SlotKind.Register, Uses.Count: 1 } slot } && group.Offers(rest) && x.Kind == ViewKind.Dense
                && slot.Line is { Condition: Less, Operands: [{ Kind: ViewKind.Constant } high, var upper, { Kind: ViewKind.Constant } q, var y] } inner
                && upper == x && y.Kind == ViewKind.Dense && entries.Remove(inner))
            {
                Disconnect(inner);
                Replace(entries, --i, lower with
                {
                    IsByInterval = true,
                    Operands = [x, y, low, high, p, q],
                    OperandTypes = [.. Enumerable.Repeat(lower.Result.Type.DType, 6)],
                });
            }
        }
    }

    // Σ x·y, with or without both widened before
    private static void JoinDots(FusedGroup group)
    {
        List<GroupEntry> entries = group.Entries;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i] is { Operation: Sum, Reduction: ReductionKind.All, Operands: [{ Slot: { Kind: SlotKind.Register, Uses.Count: 1 } slot } terms] } sum
                && group.Offers(terms) && slot.Line is { Operation: Multiply, Operands: [var x, var y] } product
                && IsOfElements(x) && IsOfElements(y) && product.OperandTypes.All(dtype => dtype == sum.Result.Type.DType))
            {
                GroupEntry joined = sum with { IsOfProducts = true, Operands = [x, y], OperandTypes = product.OperandTypes };
                if (Narrow(group, x) is { } narrowX && Narrow(group, y) is { } narrowY)
                {
                    joined = joined with { Operands = [narrowX, narrowY], OperandTypes = [DType.Float32, DType.Float32] };
                }

                Replace(entries, i, joined);
            }
        }

        Forget(entries, static operation => operation is Multiply);
        Forget(entries, static operation => operation is Primitives.Convert);

        static bool IsOfElements(View view) => view.Kind == ViewKind.Dense;
    }

    // what a number of float64 was in float32, if it is there for every tile
    private static View? Narrow(FusedGroup group, View view) => group.Offers(view)
        && view.Slot!.Line is { Operation: Primitives.Convert, OperandTypes: [DType.Float32], Operands: [{ Kind: ViewKind.Dense } operand] } ? operand : null;

    // lines whose results nobody reads any more
    private static void Forget(List<GroupEntry> entries, Func<Operation?, bool> isOfKind) =>
        entries.RemoveAll(entry =>
        {
            bool isUnread = isOfKind(entry.Operation) && entry.IsElementwise && entry.Result is { Kind: SlotKind.Register, Uses.Count: 0 };
            if (isUnread)
            {
                Disconnect(entry);
            }

            return isUnread;
        });

    private static void Replace(List<GroupEntry> entries, int place, GroupEntry joined)
    {
        GroupEntry before = entries[place];
        entries[place] = joined;
        joined.Result.Line = joined;
        Disconnect(before);
        foreach (View view in joined.Operands)
        {
            view.Slot?.Uses.Add(joined);
        }
    }

    private static void Disconnect(GroupEntry entry)
    {
        foreach (View view in entry.Operands)
        {
            view.Slot?.Uses.Remove(entry);
        }
    }
}
