using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Plans;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A matrix product, or a batch of them.</summary>
internal sealed class ProductUnit(ProductShape shape, Slot left, Slot right, Slot result) : PlanUnit
{
    // above, packing B is little beside the work, and keeping it costs as much memory as the matrix
    private const int MostRowsToKeep = 1024;
    private const long MostBytesToKeep = 1 << 20;

    /// <summary>The sizes.</summary>
    public ProductShape Shape { get; } = shape;

    /// <summary>A.</summary>
    public Slot Left { get; } = left;

    /// <summary>B.</summary>
    public Slot Right { get; } = right;

    /// <summary>C.</summary>
    public Slot Result { get; } = result;

    /// <summary>Whether B is an input, of which something is worth keeping from call to call.</summary>
    public bool MayKeep => Right.Kind == SlotKind.Input && Shape.RightBatchStep * (Shape.BatchCount - 1L) == 0
        && Shape.Rows * (long)Shape.BatchCount <= MostRowsToKeep && Right.Type.Bytes <= MostBytesToKeep;

    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads { get; } = [left, right];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes { get; } = [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => Result.Type.DType == DType.Float64
        ? new ProductStep<double>(resources.Product, Shape, Left.Index, Right.Index, Result.Index, MayKeep)
        : new ProductStep<float>(resources.Product, Shape, Left.Index, Right.Index, Result.Index, MayKeep);
}
