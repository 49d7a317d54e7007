using System.Numerics;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A large product with the elementwise work before it, after it, or both: piece by piece, each some rows.</summary>
/// <param name="before">What computes the left factor; null if nothing does that can go along.</param>
/// <param name="product">The product.</param>
/// <param name="after">What reads the result; null likewise.</param>
internal sealed class FusedProductUnit(FusedGroup? before, ProductUnit product, FusedGroup? after) : PlanUnit
{
    // a piece of these rows is large enough for the panels of the right factor to be read seldom, and small enough for L2 and for threads to share:
    // with pieces of 64 rows a product of 256 takes a twentieth longer; a power of two, so that sums are added up in one order
    private const int RowsPerPiece = 32;

    // of doubles, four registers in L1
    private const int ElementsPerTile = 1 << 10;

    /// <summary>The units that are joined here, in the order in which they run.</summary>
    public IReadOnlyCollection<PlanUnit> Members { get; } =
        [.. before is null ? (PlanUnit[])[] : [before], product, .. after is null ? (PlanUnit[])[] : [after]];

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

    /// <summary>What one group computes for itself; both factors and the product are read where they lie.</summary>
    public override IEnumerable<Slot> Transient
    {
        get
        {
            HashSet<Slot> between = [product.Left, product.Right, .. after?.Reads ?? []];
            return Members.SelectMany(member => member.Transient).Where(slot => !between.Contains(slot));
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Slot> Scratch => Members.SelectMany(member => member.Scratch);

    /// <inheritdoc/>
    public override IEnumerable<FusedGroup> Groups => Members.OfType<FusedGroup>();

    /// <inheritdoc/>
    public override void ReserveScratch(Func<TensorType, Slot> add)
    {
        before?.ReservePartials(Grid(product.Shape.Inner), add);
        after?.ReservePartials(Grid(product.Shape.Columns), add);
    }

    /// <summary>The last line to read the product, in whose place a result may then be written.</summary>
    public override GroupEntry? LastRead(Slot operand) => operand == product.Result ? after?.LastRead(operand) : null;

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => product.Result.Type.DType == DType.Float64 ? Build<double>(resources) : Build<float>(resources);

    private FusedProductStep<T> Build<T>(CpuResources resources)
        where T : unmanaged, IFloatingPointIeee754<T> => new(
            resources.Product.Pieces<T>(product.Shape)!,
            new ProductSlots(product.Left.Index, product.Right.Index, product.Result.Index, product.MayKeep),
            new FusedPieces(new PieceCut(product.Shape.Rows, RowsPerPiece), Program(before, product.Shape.Inner), Program(after, product.Shape.Columns)),
            resources.Pool);

    private TileProgram? Program(FusedGroup? group, int columns)
    {
        if (group is null)
        {
            return null;
        }

        var builder = new TileProgramBuilder(Grid(columns));
        group.Emit(builder);
        return builder.Build();
    }

    private TileGrid Grid(int columns)
    {
        int rowsPerTile = Math.Min(RowsPerPiece, 1 << BitOperations.Log2((uint)(ElementsPerTile / columns)));
        return TileGrid.Blocked(product.Shape.Rows, columns, rowsPerTile, RowsPerPiece / rowsPerTile);
    }
}
