using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Lets groups compute large values again that another group computes on the way, instead of having them written to memory and read back.</summary>
/// <remarks>
/// A softmax subtracts the maximum before it sums, and reads the difference again once the sum is known: to write it down takes two passes over memory, one to
/// fetch what is overwritten and one to store, to compute it again a subtraction. What is computed again is plain arithmetic, of the same operands by the same
/// kernels, so that no bit changes.
/// </remarks>
internal sealed class Recomputation
{
    // below, what is written stays in L2
    private const long LeastBytes = 1 << 18;

    // what writing a value costs: the memory is fetched, and stored
    private const int PassesOfAWrite = 2;

    private const int MostLines = 4;

    private readonly Dictionary<Slot, List<PlanUnit>> _readers = [];
    private readonly Dictionary<(FusedGroup Reader, Slot Slot), Slot> _copies = [];
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
                recomputation.Spare(group, entry);
            }
        }
    }

    private void Spare(FusedGroup group, GroupEntry entry)
    {
        Slot value = entry.Result;
        if (value.Kind != SlotKind.Arena || !group.Has(value) || !_readers.TryGetValue(value, out List<PlanUnit>? readers)
            || !value.Uses.Exists(use => use.Result.Producer == group))
        {
            return;
        }

        var lines = new List<GroupEntry>();
        var stored = new HashSet<Slot>();
        if (!Collect(group, entry, lines, stored) || !readers.TrueForAll(reader => reader is FusedGroup next && MayFollow(group, value, next, lines)))
        {
            return;
        }

        long bytes = readers.Sum(reader => stored.Except(reader.Reads).Sum(slot => slot.Type.Bytes) - value.Type.Bytes);
        if (bytes < PassesOfAWrite * value.Type.Bytes)
        {
            foreach (FusedGroup reader in readers.Cast<FusedGroup>())
            {
                Move(value, lines, reader);
            }

            _readers.Remove(value);
        }
    }

    // the lines that make a value of what is stored; false if they are too many, or not plain
    private static bool Collect(FusedGroup group, GroupEntry entry, List<GroupEntry> lines, HashSet<Slot> stored)
    {
        if (lines.Contains(entry))
        {
            return true;
        }

        if (lines.Count == MostLines || !IsPlain(entry))
        {
            return false;
        }

        lines.Add(entry);
        foreach (View view in entry.Operands)
        {
            if (view.Kind != ViewKind.Dense)
            {
                continue;
            }

            if (!group.Has(view.Slot!) || view.Slot!.Kind == SlotKind.Fresh)
            {
                stored.Add(view.Slot!);
            }
            else if (!Collect(group, view.Slot.Line!, lines, stored))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPlain(GroupEntry entry) => entry is
    {
        Operation: Add or Subtract or Multiply or Negate or Comparison or Primitives.Convert, IsPerRow: false, Condition: null,
    };

    // whether a reader has the same elements in the same order, and the rows and columns that the lines see: others would cut its sums elsewhere
    private static bool MayFollow(FusedGroup group, Slot value, FusedGroup reader, List<GroupEntry> lines) =>
        reader.Count == group.Count && reader.Varies == group.Varies
        && lines.TrueForAll(line => Array.TrueForAll(line.Operands, view => !view.IsStructured || (view.Rows, view.Columns) == (reader.Rows, reader.Columns)))
        && value.Uses.TrueForAll(use => use.Result.Producer != reader || Array.TrueForAll(use.Operands, view => view.Slot != value || view.Kind == ViewKind.Dense));

    private void Move(Slot value, List<GroupEntry> lines, FusedGroup reader)
    {
        foreach (GroupEntry line in lines.OrderBy(line => line.Sequence))
        {
            if (_copies.ContainsKey((reader, line.Result)))
            {
                continue;
            }

            Slot copy = _slots.Add(line.Result.Type, producer: reader);
            View[] operands = [.. line.Operands.Select(view => Seen(reader, view))];
            _copies[(reader, line.Result)] = copy;
            reader.Append(new GroupEntry(line.Sequence, line.Operation, operands, copy) { OperandTypes = line.OperandTypes });
            foreach (Slot slot in operands.Select(view => view.Slot).OfType<Slot>())
            {
                if (slot.Producer != reader && _readers.TryGetValue(slot, out List<PlanUnit>? others) && !others.Contains(reader))
                {
                    others.Add(reader);
                }
            }
        }

        foreach (GroupEntry use in value.Uses.Where(use => use.Result.Producer == reader).ToArray())
        {
            for (int i = 0; i < use.Operands.Length; i++)
            {
                use.Operands[i] = Seen(reader, use.Operands[i]);
            }

            value.Uses.RemoveAll(other => ReferenceEquals(other, use));
            _copies[(reader, value)].Uses.Add(use);
        }
    }

    private View Seen(FusedGroup reader, View view) =>
        view is { Kind: ViewKind.Dense, Slot: { } slot } && _copies.TryGetValue((reader, slot), out Slot? copy) ? View.Of(copy) : view;
}
