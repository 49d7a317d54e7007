using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Plans;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A matrix product, or a batch of them.</summary>
internal sealed class ProductUnit(ProductShape shape, Slot left, Slot right, Slot result) : PlanUnit
{
    /// <summary>The sizes.</summary>
    public ProductShape Shape { get; } = shape;

    /// <summary>A.</summary>
    public Slot Left { get; } = left;

    /// <summary>B.</summary>
    public Slot Right { get; } = right;

    /// <summary>C.</summary>
    public Slot Result { get; } = result;

    /// <inheritdoc/>
    public override IEnumerable<Slot> Reads { get; } = [left, right];

    /// <inheritdoc/>
    public override IEnumerable<Slot> Writes { get; } = [result];

    /// <inheritdoc/>
    public override Step Build(CpuResources resources) => Result.Type.DType == DType.Float64
        ? new ProductStep<double>(resources.Product, Shape, Left.Index, Right.Index, Result.Index)
        : new ProductStep<float>(resources.Product, Shape, Left.Index, Right.Index, Result.Index);
}
