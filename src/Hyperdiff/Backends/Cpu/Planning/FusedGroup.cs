using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Elementwise operations on one domain, and reductions over it, that run together tile by tile.</summary>
/// <param name="count">The elements of the domain.</param>
internal sealed class FusedGroup(int count) : PlanUnit
{
    // where the folded rows of a chunk are kept, they are at most this fraction of the chunk
    private const int LeastRowsPerPartial = 16;

    // about a hundred microseconds of cheap elements: below, waking another thread does not pay
    private const long LeastSharedWork = 1 << 17;

    private readonly List<GroupEntry> _entries = [];
    private readonly List<Slot> _partials = [];
    private bool _sorted = true;

    /// <summary>The elements of the domain.</summary>
    public int Count { get; } = count;

    /// <summary>Whether its results differ from rank to rank.</summary>
    public bool Varies { get; init; }

    /// <summary>The rows, once an operand or reduction sees rows and columns; 0 before.</summary>
    public int Rows { get; private set; }

    /// <summary>The columns, likewise.</summary>
    public int Columns { get; private set; }

    /// <summary>The lines, in the order in which they run.</summary>
    public List<GroupEntry> Entries
    {
        get
        {
            if (!_sorted)
            {
                _entries.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
                _sorted = true;
            }

            return _entries;
        }
    }

    /// <summary>What taking the group over costs.</summary>
    public int Weight => _entries.Count + Readers.Count + Producers.Count;

    /// <inheritdoc/>
    public override IEnumerable<FusedGroup> Groups => [this];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads
    {
        get
        {
            var reads = new List<Slot>();
            foreach (GroupEntry entry in Entries)
            {
                foreach (View view in entry.Operands)
                {
                    if (view.Slot is { } slot && slot.Producer != this && slot.ReadsOfGroup != reads)
                    {
                        slot.ReadsOfGroup = reads;
                        reads.Add(slot);
                    }
                }
            }

            return reads;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => Entries.Select(entry => entry.Result);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Transient => Entries.Where(entry => entry is { IsElementwise: true, IsPerRow: false }).Select(entry => entry.Result);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Scratch => _partials;

    /// <summary>Whether the group can take on a structure, having none or the same.</summary>
    public bool Accepts(int rows, int columns) => Rows == 0 || (Rows == rows && Columns == columns);

    /// <summary>Whether the domain is, or can be seen as, these rows and columns.</summary>
    public bool Suits(int rows, int columns) => Count == (long)rows * columns && Accepts(rows, columns);

    /// <summary>Whether its tiles hold whole rows, so that what folds a row is there before the next line of the tile.</summary>
    public bool HasWholeRows => Columns > 1 && TileGrid.HoldsRows(Columns);

    /// <summary>Whether its lines could be lines of a group for each of its rows.</summary>
    public bool IsOfRows(int rows) => Count == rows && Rows == 0 && Entries.TrueForAll(entry => entry.IsElementwise);

    /// <summary>Whether another group can follow within each tile: whole rows here, the same there or one element for each of these, and all that it reads of
    /// this group is there tile by tile.</summary>
    public bool LeadsTo(FusedGroup next) => next.Entries.TrueForAll(entry => Array.TrueForAll(entry.Operands, view => view.Slot?.Producer != this
        || (next.Count == Count ? Offers(view) || (view.Kind == ViewKind.Column && IsOfARow(view.Slot)) : view.Kind == ViewKind.Dense && IsOfARow(view.Slot))));

    // a number for each row, which is there as soon as the row was seen
    private static bool IsOfARow(Slot slot) => slot.Line is { Reduction: ReductionKind.Columns } or { IsPerRow: true };

    /// <summary>Takes on a structure.</summary>
    public void Structure(int rows, int columns) => (Rows, Columns) = (rows, columns);

    /// <summary>Whether a slot is computed here, with an element for every element of the domain.</summary>
    public bool Has(Slot slot) => slot.Producer == this && slot.Line is { IsElementwise: true, IsPerRow: false };

    /// <summary>Whether what a view sees is computed here, and there for every tile.</summary>
    public bool Offers(View view) => view.Kind == ViewKind.Dense && Has(view.Slot!);

    /// <summary>Whether all that this group and another read of each other is there for every tile, which reductions are not.</summary>
    public bool SharesTilesWith(FusedGroup other)
    {
        if (!Readers.Contains(other) && !other.Readers.Contains(this))
        {
            return true;
        }

        (FusedGroup small, FusedGroup large) = _entries.Count <= other._entries.Count ? (this, other) : (other, this);
        return small._entries.TrueForAll(entry =>
            Array.TrueForAll(entry.Operands, view => view.Slot?.Producer != large || large.Offers(view))
            && entry.Result.Uses.TrueForAll(use =>
                use.Result.Producer != large || Array.TrueForAll(use.Operands, view => view.Slot != entry.Result || small.Offers(view))));
    }

    /// <summary>Adds a line.</summary>
    public void Append(GroupEntry entry)
    {
        _sorted = _sorted && (_entries.Count == 0 || _entries[^1].Sequence < entry.Sequence);
        _entries.Add(entry);
        entry.Result.Line = entry;
        foreach (View view in entry.Operands)
        {
            view.Slot?.Uses.Add(entry);
        }
    }

    /// <summary>Takes over the lines of another group.</summary>
    public void Absorb(FusedGroup other)
    {
        if (other.Rows != 0)
        {
            Structure(other.Rows, other.Columns);
        }

        _entries.AddRange(other._entries);
        _sorted = false;
        foreach (GroupEntry entry in other._entries)
        {
            entry.Result.Producer = this;
            entry.IsPerRow |= other.Count != Count;
        }
    }

    /// <summary>The cut of the domain, now that the group is complete.</summary>
    private TileGrid Grid() => Rows == 0
        ? TileGrid.Flat(Count, isPassedOnce: Entries is [{ IsElementwise: true }])
        : TileGrid.Structured(Rows, Columns, Entries.Exists(entry => entry.Reduction == ReductionKind.Rows) ? LeastRowsPerPartial : 1);

    /// <inheritdoc/>
    public override void ReserveScratch(Func<TensorType, Slot> add) => ReservePartials(Grid(), add);

    /// <summary>Gives the reductions places for what their chunks compute.</summary>
    public void ReservePartials(TileGrid grid, Func<TensorType, Slot> add)
    {
        foreach (GroupEntry entry in Entries)
        {
            if (entry.Reduction is ReductionKind.All or ReductionKind.Rows)
            {
                int width = entry.Reduction == ReductionKind.All ? 1 : grid.Columns;
                entry.Partials = add(new TensorType(entry.Result.Type.DType, [grid.Chunks * width]));
                _partials.Add(entry.Partials);
            }
        }
    }

    /// <inheritdoc/>
    public override GroupEntry? LastRead(Slot operand)
    {
        GroupEntry? last = null;
        foreach (GroupEntry use in operand.Uses)
        {
            if (use.Result.Producer == this)
            {
                if (operand.Count != Count || Array.Exists(use.Operands, view => view.Slot == operand && view.Kind != ViewKind.Dense))
                {
                    return null;
                }

                last = last is null || use.Sequence > last.Sequence ? use : last;
            }
        }

        return last;
    }

    /// <inheritdoc/>
    public override Step Build(CpuResources resources)
    {
        TileGrid grid = Grid();
        var builder = new TileProgramBuilder(grid);
        Emit(builder);
        return new TileStep(builder.Build(), builder.Cost * Count >= LeastSharedWork ? resources.Pool : WorkerPool.Inline);
    }

    /// <summary>Writes the lines as instructions.</summary>
    /// <param name="builder">Where to.</param>
    /// <param name="except">Lines that are not wanted, whose results nobody else reads.</param>
    public void Emit(TileProgramBuilder builder, params IReadOnlyList<GroupEntry> except)
    {
        foreach (GroupEntry entry in Entries)
        {
            foreach (View view in entry.Operands)
            {
                if (view.Slot is { } slot)
                {
                    slot.LastRead = entry;
                }
            }
        }

        foreach (GroupEntry entry in Entries)
        {
            if (!except.Contains(entry))
            {
                builder.Add(entry);
            }
        }
    }
}
