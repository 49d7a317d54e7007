using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Products with a matrix, elementwise work on their results if there is any, and products of the transposed matrix with what that computes, by
/// blocks of rows.</summary>
internal sealed class OnePassUnit : PlanUnit
{
    // 128 KiB of doubles: what the first product has read is in L2 for the second
    private const int ElementsPerBlock = 1 << 14;

    // the rows of a block are the tile of the elementwise work
    private const int MostElementsPerTile = 1 << 12;

    // products take eight rows at a time
    private const int RowGranularity = 8;

    // tens of microseconds of reading for a thread, and few enough chunks for their results to be small beside the matrix
    private const int LeastElementsPerChunk = 1 << 15;
    private const int MostChunks = 64;

    // a chunk's part of the result is at most this fraction of its rows, where there is a choice
    private const int LeastRowsPerSum = 16;

    // below, another thread is awake too late
    private const long LeastSharedElements = 1 << 16;

    private readonly Dictionary<OnePassBackward, Slot> _partials = [];

    /// <summary>A group and the first product that it reads.</summary>
    public OnePassUnit(FusedGroup group, OnePassForward first) => (Group, Forwards) = (group, [first]);

    /// <summary>The elementwise work.</summary>
    public FusedGroup Group { get; }

    /// <summary>The products that it reads.</summary>
    public List<OnePassForward> Forwards { get; }

    /// <summary>The products that read it.</summary>
    public List<OnePassBackward> Backwards { get; } = [];

    /// <summary>The matrix.</summary>
    public Slot Matrix => Forwards[0].Matrix;

    /// <summary>Its rows.</summary>
    public int Rows => Forwards[0].Rows;

    /// <summary>The columns of what it is multiplied by.</summary>
    public int Width => Forwards[0].Width;

    /// <summary>The units that are joined here; a group without lines is none of the graph.</summary>
    public IReadOnlyCollection<PlanUnit> Members =>
    [
        .. Group.Entries.Count > 0 ? (PlanUnit[])[Group] : [],
        .. Forwards.Select(forward => forward.Product),
        .. Backwards.Select(backward => backward.Product),
    ];

    /// <summary>Whether what chunks add up is little beside the matrix; of few long rows, which no cache holds, it is not, and threads share columns
    /// better.</summary>
    public bool SumsAreSmall => Grid().Chunks is var chunks && (chunks == 1 || chunks * LeastRowsPerSum <= Rows);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads
    {
        get
        {
            HashSet<Slot> own = [.. Writes];
            return Members.SelectMany(member => member.Reads).Where(slot => !own.Contains(slot)).Distinct();
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes => Members.SelectMany(member => member.Writes);

    /// <inheritdoc/>
    public override IEnumerable<Slot> Transient => [.. Group.Transient, .. Forwards.Select(forward => forward.Product.Result)];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Scratch => [.. Group.Scratch, .. _partials.Values];

    /// <summary>Takes the results over from the joined units.</summary>
    public void Adopt()
    {
        foreach (Slot slot in Writes.ToArray())
        {
            slot.Producer = this;
        }
    }

    /// <inheritdoc/>
    public override void ReserveScratch(Func<TensorType, Slot> add)
    {
        TileGrid grid = Grid();
        Group.ReservePartials(grid, add);
        foreach (OnePassBackward backward in Backwards)
        {
            Slot result = backward.Product.Result;
            _partials[backward] = add(result.Type with { Shape = [grid.Chunks * result.Count] });
        }
    }

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => Matrix.Type.DType == DType.Float64 ? Build<double>(resources) : Build<float>(resources);

    private Step Build<T>(CpuResources resources)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TileGrid grid = Grid();
        WorkerPool pool = (long)Rows * Forwards[0].Inner * Width >= LeastSharedElements ? resources.Pool : WorkerPool.Inline;
        bool isShort = Forwards[0].Inner > 0 && Forwards[0].Inner <= RowProducts<T>.Widest.MostNormalColumns;
        NormalScaling? scaling = isShort ? NormalScaling.TryFind(this) : null;
        if (scaling?.IsAllOf(this) == true)
        {
            return new NormalProductStep<T>(grid, Matrix.Index, scaling.Forward.Factor.Index, scaling.Sources, Sum(Backwards[0]), pool);
        }

        var builder = new TileProgramBuilder(grid);
        OnePassForward[] forwards = [.. Forwards.Where(forward => forward != scaling?.Forward)];
        Slot[] between =
        [
            .. forwards.Select(forward => forward.Product.Result),
            .. scaling is null ? Backwards.Select(backward => backward.Factor) : Weights(scaling),
        ];
        foreach (Slot slot in between)
        {
            if (slot.Kind == SlotKind.Register)
            {
                builder.Pin(slot);
            }
        }

        Group.Emit(builder, scaling?.Lines ?? []);
        return new OnePassStep<T>(
            builder.Build(),
            Matrix.Index,
            Forwards[0].Inner,
            [.. forwards.Select(forward => new OnePassForwardProduct(forward.Block(grid.RowsPerTile), forward.Factor.Index, Target(forward.Product.Result)))],
            [.. Backwards.Select(backward => new OnePassBackwardProduct(
                backward.Block(grid.RowsPerTile), backward.FactorIsLeft, scaling is null ? Target(backward.Factor) : default, Sum(backward)))],
            scaling is null ? null : new OnePassNormalProduct(scaling.Forward.Factor.Index, InRegisters(scaling)),
            resources.InlineProduct,
            Width == 1 ? RowProducts<T>.Widest : null,
            pool);

        TileTarget Target(Slot slot) => slot.Kind == SlotKind.Register ? new TileTarget(true, builder.Pin(slot)) : new TileTarget(false, slot.Index);

        NormalSources InRegisters(NormalScaling found) => found.Weights is { } weights
            ? found.Sources with { Weights = Target(weights).AsSource() }
            : found.Sources;
    }

    private static IEnumerable<Slot> Weights(NormalScaling scaling) => scaling.Weights is { } weights ? [weights] : [];

    private ChunkedSum Sum(OnePassBackward backward) => new(_partials[backward].Index, backward.Product.Result.Index);

    private TileGrid Grid()
    {
        int inner = Forwards[0].Inner;
        long elements = (long)Rows * Math.Max(inner, 1);

        // a power of two, which any usual number of threads shares evenly
        int chunks = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(elements / LeastElementsPerChunk, 1, MostChunks));
        int rowsPerChunk = RoundedUp((Rows + chunks - 1) / chunks);
        int most = Math.Max(RowGranularity, Math.Min(ElementsPerBlock / Math.Max(inner, 1), MostElementsPerTile / Width));
        int tiles = (rowsPerChunk + most - 1) / most;
        return TileGrid.Blocked(Rows, Width, RoundedUp((rowsPerChunk + tiles - 1) / tiles), tiles);
    }

    private static int RoundedUp(int rows) => (rows + RowGranularity - 1) & ~(RowGranularity - 1);
}
