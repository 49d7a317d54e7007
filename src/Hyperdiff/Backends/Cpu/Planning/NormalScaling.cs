using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Nothing but multiplication between a product <c>X·v</c> and <c>Xᵀ·u</c>: the products of a second derivative, and the adjoint's of a linear
/// model.</summary>
/// <param name="Forward">The product X·v.</param>
/// <param name="Lines">The multiplications.</param>
/// <param name="Sources">The factors.</param>
/// <param name="Weights">The slot of those that differ from element to element; null if there are none.</param>
internal sealed record NormalScaling(OnePassForward Forward, IReadOnlyList<GroupEntry> Lines, NormalSources Sources, Slot? Weights)
{
    /// <summary>Whether the factors are all of the work between products.</summary>
    public bool IsAllOf(OnePassUnit unit) => unit.Forwards.Count == 1 && unit.Group.Entries.Count == Lines.Count;

    /// <summary>Finds it in a unit; null if each product is followed by other work, or by more factors than a kernel takes.</summary>
    public static NormalScaling? TryFind(OnePassUnit unit) => unit is { Width: 1, Backwards: [OnePassBackward backward] }
        ? unit.Forwards.Select(forward => TryRead(unit, forward, backward.Factor)).OfType<NormalScaling>().FirstOrDefault()
        : null;

    private static NormalScaling? TryRead(OnePassUnit unit, OnePassForward forward, Slot factor)
    {
        var lines = new List<GroupEntry>();
        NormalSources sources = NormalSources.None;
        Slot? weights = null;
        Slot current = forward.Product.Result;
        while (current != factor)
        {
            // what nobody else reads is nowhere to be found afterwards
            if (current is not { Kind: SlotKind.Register, Uses: [GroupEntry line] } || Factor(line, current) is not { } view
                || Source(view, unit) is not { } source || sources.With(source) is not { } more)
            {
                return null;
            }

            weights = view.Kind == ViewKind.Dense ? view.Slot : weights;
            lines.Add(line);
            (sources, current) = (more, line.Result);
        }

        return current is { Kind: SlotKind.Register, Uses.Count: 0 } && lines.TrueForAll(unit.Group.Entries.Contains)
            ? new NormalScaling(forward, lines, sources, weights)
            : null;
    }

    private static View? Factor(GroupEntry line, Slot current)
    {
        DType dtype = current.Type.DType;
        if (line is not { IsElementwise: true, IsPerRow: false, Condition: null } || line.Result.Type.DType != dtype
            || !Array.TrueForAll(line.OperandTypes, type => type == dtype))
        {
            return null;
        }

        return line switch
        {
            { Operation: Negate } => View.Of(-1),
            { Operation: Multiply, Operands: [View left, View right] } when left == View.Of(current) => right,
            { Operation: Multiply, Operands: [View left, View right] } when right == View.Of(current) => left,
            _ => null,
        };
    }

    // an element for each of the block's rows, which a fold of this unit is not
    private static TileSource? Source(View view, OnePassUnit unit) => view switch
    {
        { Kind: ViewKind.Constant } => new TileSource(TileSourceKind.Constant, Constant: view.Constant),
        { Kind: ViewKind.Scalar, Slot.Kind: not SlotKind.Register } => new TileSource(TileSourceKind.Scalar, view.Slot.Index),
        { Kind: ViewKind.Dense } when view.Slot!.Producer != unit || view.Slot.Line is null or { IsElementwise: true, IsPerRow: false } =>
            new TileSource(TileSourceKind.Dense, view.Slot.Index),
        _ => null,
    };
}
