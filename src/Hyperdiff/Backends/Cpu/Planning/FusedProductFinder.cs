using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Joins large products with the elementwise work that computes their left factor and goes on with their result, as an update of a solver
/// does.</summary>
/// <remarks>
/// Between a product and a pass over all of its result, the result leaves the caches next to the processor, and threads wait for each other. By pieces of rows
/// neither is the case. What is joined follows from sizes alone.
/// </remarks>
internal static class FusedProductFinder
{
    // below, waiting for each other costs as much as what is saved
    private const int LeastElements = 1 << 14;

    /// <summary>Joins all that can be joined.</summary>
    /// <param name="units">The units.</param>
    /// <param name="multiplier">What multiplies.</param>
    public static void Apply(UnitGraph units, MatrixProduct multiplier)
    {
        foreach (ProductUnit product in units.Units.OfType<ProductUnit>().ToArray())
        {
            if (product.JoinedTo is null && Fits(product, multiplier))
            {
                FusedGroup? before = Before(product, units);
                FusedGroup? after = After(before, product, units);
                if (before is not null || after is not null)
                {
                    var found = new FusedProductUnit(before, product, after);
                    units.Join(found.Members, found);
                }
            }
        }
    }

    private static bool Fits(ProductUnit product, MatrixProduct multiplier)
    {
        ProductShape shape = product.Shape;
        return product.Left != product.Right && TileGrid.HoldsRows(shape.Inner) && TileGrid.HoldsRows(shape.Columns)
            && (product.Result.Type.DType == DType.Float64 ? multiplier.Pieces<double>(shape) is not null : multiplier.Pieces<float>(shape) is not null);
    }

    private static FusedGroup? Before(ProductUnit product, UnitGraph units) =>
        !product.Shape.LeftTransposed && product.Left.Producer is FusedGroup group && group.Has(product.Left)
        && IsAlike(group, product, product.Shape.Inner) && product.Right.Producer != group && units.CanRunAsOne(group, product) ? group : null;

    private static FusedGroup? After(FusedGroup? before, ProductUnit product, UnitGraph units)
    {
        return product.Readers.OfType<FusedGroup>()
            .Where(group => IsAlike(group, product, product.Shape.Columns) && group != before
                && group.Entries.TrueForAll(entry => Array.TrueForAll(entry.Operands, IsThere))
                && units.CanRunAsOne(before is null ? [product, group] : [before, product, group]))
            .MinBy(group => group.Index);

        // what is read is there for the rows of a piece, or ready before
        bool IsThere(View view) => view.Slot?.Producer is not { } producer
            || (producer == product ? view.Kind == ViewKind.Dense
                : producer != before || (before.Offers(view) && product.Shape.Inner == product.Shape.Columns));
    }

    private static bool IsAlike(FusedGroup group, ProductUnit product, int columns) =>
        group.JoinedTo is null && group.Count >= LeastElements && group.Suits(product.Shape.Rows, columns)
        && group.Varies == product.Result.Type.VariesAcross is not null;
}
