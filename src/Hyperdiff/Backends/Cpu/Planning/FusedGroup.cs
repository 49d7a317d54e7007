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

    /// <summary>The elements of the domain.</summary>
    public int Count { get; } = count;

    /// <summary>The rows, once an operand or reduction sees rows and columns; 0 before.</summary>
    public int Rows { get; private set; }

    /// <summary>The columns, likewise.</summary>
    public int Columns { get; private set; }

    /// <summary>The lines, in the order in which they run.</summary>
    public List<GroupEntry> Entries { get; } = [];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads
    {
        get
        {
            HashSet<Slot> own = [.. Entries.Select(entry => entry.Result)];
            return Entries.SelectMany(entry => entry.Operands).Where(view => view.Slot is { } slot && !own.Contains(slot)).Select(view => view.Slot!).Distinct();
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => Entries.Select(entry => entry.Result);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Transient => Entries.Where(entry => entry.IsElementwise).Select(entry => entry.Result);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Scratch => Entries.Where(entry => entry.Partials is not null).Select(entry => entry.Partials!);

    /// <summary>Whether the group can take on a structure, having none or the same.</summary>
    public bool Accepts(int rows, int columns) => Rows == 0 || (Rows == rows && Columns == columns);

    /// <summary>Whether the domain is, or can be seen as, these rows and columns.</summary>
    public bool Suits(int rows, int columns) => Count == (long)rows * columns && Accepts(rows, columns);

    /// <summary>Takes on a structure.</summary>
    public void Structure(int rows, int columns) => (Rows, Columns) = (rows, columns);

    /// <summary>Whether a slot is computed here, with an element for every element of the domain.</summary>
    public bool Has(Slot slot) => slot.Producer == this && Entries.Exists(entry => entry.Result == slot && entry.IsElementwise);

    /// <summary>Takes over the lines of another group.</summary>
    public void Absorb(FusedGroup other)
    {
        if (other.Rows != 0)
        {
            Structure(other.Rows, other.Columns);
        }

        Entries.AddRange(other.Entries);
        Entries.Sort((a, b) => a.Sequence.CompareTo(b.Sequence));
        foreach (GroupEntry entry in other.Entries)
        {
            entry.Result.Producer = this;
        }
    }

    /// <summary>The cut of the domain, now that the group is complete.</summary>
    private TileGrid Grid() => Rows == 0
        ? TileGrid.Flat(Count)
        : TileGrid.Structured(Rows, Columns, Entries.Exists(entry => entry.Reduction == ReductionKind.Rows) ? LeastRowsPerPartial : 1);

    /// <inheritdoc/>
    public override void ReserveScratch(Func<TensorType, Slot> add) => ReservePartials(Grid(), add);

    /// <summary>Gives the reductions places for what their chunks compute.</summary>
    public void ReservePartials(TileGrid grid, Func<TensorType, Slot> add)
    {
        foreach (GroupEntry entry in Entries.Where(entry => entry.Reduction is ReductionKind.All or ReductionKind.Rows))
        {
            int width = entry.Reduction == ReductionKind.All ? 1 : grid.Columns;
            entry.Partials = add(new TensorType(entry.Result.Type.DType, [grid.Chunks * width]));
        }
    }

    /// <summary>An operand may be overwritten by a result that is written after, or while, it is read for the last time, element by element.</summary>
    public override bool MayOverwrite(Slot operand, Slot result)
    {
        GroupEntry? writer = Entries.Find(entry => entry.Result == result);
        return writer is { IsElementwise: true }
            && operand.Count == Count
            && Entries.TrueForAll(entry => Array.TrueForAll(entry.Operands, view => view.Slot != operand || (view.Kind == ViewKind.Dense && Before(entry, writer))));

        static bool Before(GroupEntry reader, GroupEntry writer) => reader.Sequence < writer.Sequence || (reader == writer && writer.Kernel().WorksInPlace);
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
    public void Emit(TileProgramBuilder builder)
    {
        for (int i = 0; i < Entries.Count; i++)
        {
            builder.Add(Entries[i], stillRead: slot => Entries.FindIndex(i + 1, entry => Array.Exists(entry.Operands, view => view.Slot == slot)) >= 0);
        }
    }
}
