using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Finds that all of the elementwise work between <c>X·w</c> and <c>Xᵀ·u</c> is multiplication by what is there before: the products of a second derivative, and the
/// adjoint's of a linear model.</summary>
internal static class NormalScaling
{
    /// <summary>The factors; null if there is other work, or more factors than a kernel takes.</summary>
    public static NormalSources? TryRead(OnePassUnit unit)
    {
        if (unit is not { Width: 1, Forwards: [OnePassForward forward], Backwards: [OnePassBackward backward] })
        {
            return null;
        }

        var sources = new NormalSources(NormalSources.One, null, NormalSources.One);
        Slot current = forward.Product.Result;
        DType dtype = current.Type.DType;
        foreach (GroupEntry entry in unit.Group.Entries)
        {
            bool isOwn = entry is { IsElementwise: true, IsPerRow: false, Condition: null } && current.Kind == SlotKind.Register
                && entry.Result.Type.DType == dtype && Array.TrueForAll(entry.OperandTypes, type => type == dtype);
            if (!isOwn || Factor(entry, current) is not { } factor || sources.With(factor) is not { } more)
            {
                return null;
            }

            (sources, current) = (more, entry.Result);
        }

        return current == backward.Factor && current.Kind == SlotKind.Register ? sources : null;
    }

    private static TileSource? Factor(GroupEntry entry, Slot current) => entry switch
    {
        { Operation: Negate } when IsCurrent(entry.Operands[0], current) => new TileSource(TileSourceKind.Constant, Constant: -1),
        { Operation: Multiply, Operands: [View left, View right] } when IsCurrent(left, current) => Source(right),
        { Operation: Multiply, Operands: [View left, View right] } when IsCurrent(right, current) => Source(left),
        _ => null,
    };

    private static bool IsCurrent(View view, Slot current) => view.Kind == ViewKind.Dense && view.Slot == current;

    // what is in a register was computed from the product, or is another product's
    private static TileSource? Source(View view) => view switch
    {
        { Kind: ViewKind.Constant } => new TileSource(TileSourceKind.Constant, Constant: view.Constant),
        { Slot.Kind: SlotKind.Register } => null,
        { Kind: ViewKind.Scalar } => new TileSource(TileSourceKind.Scalar, view.Slot!.Index),
        { Kind: ViewKind.Dense } => new TileSource(TileSourceKind.Dense, view.Slot!.Index),
        _ => null,
    };
}
