using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Lets groups compute large values again that another group computes on the way, instead of having them written to memory and read back.</summary>
/// <remarks>
/// A log softmax subtracts the maximum before it sums, and reads the difference again once the sum is known: to write it down takes two passes over memory, one
/// to fetch what is overwritten and one to store, to compute it again a subtraction. It is one line of plain arithmetic, of the same operands by the same
/// kernel, so that no bit changes.
/// </remarks>
internal sealed class Recomputation
{
    // below, what is written stays in L2
    private const long LeastBytes = 1 << 18;

    private readonly Dictionary<Slot, List<PlanUnit>> _readers = [];
    private readonly SlotTable _slots;

    private Recomputation(IReadOnlyList<PlanUnit> order, SlotTable slots)
    {
        _slots = slots;
        foreach (PlanUnit unit in order)
        {
            foreach (Slot slot in unit.Reads)
            {
                if (slot.Type.Bytes >= LeastBytes)
                {
                    (_readers.TryGetValue(slot, out List<PlanUnit>? readers) ? readers : _readers[slot] = []).Add(unit);
                }
            }
        }
    }

    /// <summary>Does so wherever it saves memory traffic.</summary>
    /// <param name="order">The units, in the order in which they run.</param>
    /// <param name="slots">Where slots are added.</param>
    public static void Apply(IReadOnlyList<PlanUnit> order, SlotTable slots)
    {
        var recomputation = new Recomputation(order, slots);
        foreach (FusedGroup group in order.OfType<FusedGroup>())
        {
            foreach (GroupEntry entry in group.Entries)
            {
                if (recomputation.Spares(group, entry))
                {
                    recomputation._readers[entry.Result].ForEach(reader => recomputation.Repeat(entry, (FusedGroup)reader));
                    recomputation._readers.Remove(entry.Result);
                }
            }
        }
    }

    private bool Spares(FusedGroup group, GroupEntry entry)
    {
        Slot value = entry.Result;
        if (entry is not { Operation: Add or Subtract or Multiply or Negate, IsPerRow: false, Condition: null } || value.Kind != SlotKind.Arena
            || !_readers.TryGetValue(value, out List<PlanUnit>? readers) || !value.Uses.Exists(use => use.Result.Producer == group))
        {
            return false;
        }

        Slot[] read = [.. entry.Operands.Where(view => view.Kind == ViewKind.Dense).Select(view => view.Slot!).Distinct()];
        return !Array.Exists(read, slot => group.Has(slot) && slot.Kind != SlotKind.Fresh)
            && readers.TrueForAll(reader => reader is FusedGroup next && MayRepeat(group, entry, next) && read.Except(next.Reads).Count() <= 1);
    }

    // whether a reader has the same elements in the same order, and the rows and columns that the line sees: others would cut its sums elsewhere
    private static bool MayRepeat(FusedGroup group, GroupEntry entry, FusedGroup reader) => reader.Count == group.Count && reader.Varies == group.Varies
        && Array.TrueForAll(entry.Operands, view => !view.IsStructured || (view.Rows, view.Columns) == (reader.Rows, reader.Columns))
        && entry.Result.Uses.TrueForAll(use => use.Result.Producer != reader
            || Array.TrueForAll(use.Operands, view => view.Slot != entry.Result || view.Kind == ViewKind.Dense));

    private void Repeat(GroupEntry entry, FusedGroup reader)
    {
        Slot value = entry.Result, copy = _slots.Add(value.Type, producer: reader);
        reader.Append(new GroupEntry(entry.Sequence, entry.Operation, [.. entry.Operands], copy) { OperandTypes = entry.OperandTypes });
        foreach (Slot slot in entry.Operands.Select(view => view.Slot).OfType<Slot>())
        {
            if (_readers.TryGetValue(slot, out List<PlanUnit>? others) && !others.Contains(reader))
            {
                others.Add(reader);
            }
        }

        foreach (GroupEntry use in value.Uses.Where(use => use.Result.Producer == reader).Distinct().ToArray())
        {
            for (int i = 0; i < use.Operands.Length; i++)
            {
                use.Operands[i] = use.Operands[i].Slot == value ? View.Of(copy) : use.Operands[i];
            }

            value.Uses.RemoveAll(other => ReferenceEquals(other, use));
            copy.Uses.Add(use);
        }
    }
}
