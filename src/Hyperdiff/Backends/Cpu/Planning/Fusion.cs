using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Decides which elementwise operations and reductions run together.</summary>
/// <remarks>
/// An operation joins the groups that compute its operands, and thereby joins these groups to one, where the domains agree and no work outside the group
/// would have to run in the middle of it. What is the same on all ranks is not joined to what differs, whose shape may do so as well: sums would be rounded
/// otherwise on one of them.
/// </remarks>
internal sealed class Fusion(SlotTable slots, UnitGraph units)
{
    private int _sequence;

    /// <summary>Adds an elementwise operation; null stands for a copy.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="operands">Its operands; rows and columns of one structure only.</param>
    /// <param name="operandTypes">Their element types.</param>
    /// <param name="type">The type of the result: its count is that of the domain.</param>
    /// <param name="length">The length of a row, for an operation on whole rows; 0 for others.</param>
    public Slot Elementwise(Operation? operation, View[] operands, DType[] operandTypes, TensorType type, int length = 0)
    {
        (int rows, int columns) = length == 0 ? (0, 0) : (type.Shape.ElementCount / length, length);
        foreach (View view in operands)
        {
            (rows, columns) = view.IsStructured ? (view.Rows, view.Columns) : (rows, columns);
        }

        FusedGroup group = Joined(operands, (type.Shape.ElementCount, rows, columns), type.VariesAcross is not null);
        Slot result = slots.Add(type, producer: group);
        Append(group, new GroupEntry(_sequence++, operation, operands, result) { OperandTypes = operandTypes, RowLength = length });
        return result;
    }

    /// <summary>Adds a reduction.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="operand">Its operand.</param>
    /// <param name="domain">What of it is reduced.</param>
    /// <param name="type">The type of the result.</param>
    public Slot Reduction(Operation operation, View operand, ReducedDomain domain, TensorType type)
    {
        (int rows, int columns) = domain.Kind == ReductionKind.All ? (operand.Rows, operand.Columns) : (domain.Rows, domain.Columns);
        FusedGroup group = Joined([operand], (domain.Count, rows, columns), type.VariesAcross is not null);
        Slot result = slots.Add(type, producer: group);
        Append(group, new GroupEntry(_sequence++, operation, [operand], result, domain.Kind) { OperandTypes = [type.DType] });
        return result;
    }

    /// <summary>Joins groups that read the same values, element by element, so that these are read once.</summary>
    public void JoinSiblings()
    {
        var readers = new Dictionary<Slot, FusedGroup>();
        foreach (FusedGroup group in units.Units.OfType<FusedGroup>().ToArray())
        {
            FusedGroup home = group;
            foreach (Slot slot in group.Reads)
            {
                if (slot.Count != group.Count || slot.Count <= 1)
                {
                    continue;
                }

                if (readers.TryGetValue(slot, out FusedGroup? sibling) && (sibling = (FusedGroup)sibling.Whole) != home
                    && sibling.Count == home.Count && sibling.Varies == home.Varies
                    && Mergeable(sibling, home))
                {
                    home = Merge(sibling, home);
                }

                readers[slot] = home;
            }
        }
    }

    private FusedGroup Joined(View[] operands, (int Count, int Rows, int Columns) domain, bool varies)
    {
        (int count, int rows, int columns) = domain;
        FusedGroup? home = null;
        foreach (View view in operands)
        {
            if (view is { Kind: ViewKind.Dense, Slot: { Producer: FusedGroup candidate } slot } && candidate != home && candidate.Has(slot)
                && candidate.Count == count && candidate.Varies == varies && Fits(candidate, operands) && (home is null || Mergeable(home, candidate)))
            {
                home = home is null ? candidate : Merge(home, candidate);
            }
        }

        if (home is null)
        {
            home = new FusedGroup(count) { Varies = varies };
            units.Add(home);
        }

        if (rows != 0)
        {
            home.Structure(rows, columns);
        }

        return home;

        bool Fits(FusedGroup candidate, View[] views)
        {
            if (rows != 0 && !candidate.Accepts(rows, columns))
            {
                return false;
            }

            foreach (View view in views)
            {
                if (!MayEnter(candidate, view))
                {
                    return false;
                }
            }

            return true;
        }
    }

    // An operand of the group is its own, seen element by element, or is ready before the group begins.
    private bool MayEnter(FusedGroup group, View view) =>
        view.Slot?.Producer is not { } producer || (producer == group ? group.Offers(view) : units.TryPrecede(producer, group));

    private bool Mergeable(FusedGroup first, FusedGroup second) =>
        (second.Rows == 0 || first.Accepts(second.Rows, second.Columns)) && first.SharesTilesWith(second) && units.CanRunAsOne(first, second);

    // the smaller one is taken over, so that a value moves a few times at the most
    private FusedGroup Merge(FusedGroup home, FusedGroup other)
    {
        (FusedGroup whole, FusedGroup part) = home.Weight >= other.Weight ? (home, other) : (other, home);
        units.Join([whole, part], whole);
        whole.Absorb(part);
        return whole;
    }

    private void Append(FusedGroup group, GroupEntry entry)
    {
        group.Append(entry);
        foreach (View view in entry.Operands)
        {
            if (view.Slot is { } slot)
            {
                units.Connect(slot, group);
            }
        }
    }
}
