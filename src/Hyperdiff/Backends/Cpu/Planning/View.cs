using System.Diagnostics;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>What a value of the graph is in terms of slots: constants, stretches and reshapes are views, and cost nothing.</summary>
/// <remarks>
/// All kinds speak of elements in row-major order, not of axes, so a reshape never changes a view. <c>Row</c>, <c>Column</c> and <c>Window</c> see the elements
/// as Rows × Columns.
/// </remarks>
/// <param name="Kind">How it is made.</param>
/// <param name="Slot">Of what; null for a constant.</param>
/// <param name="Rows">For a row, column or window: how many rows.</param>
/// <param name="Columns">For a row, column or window: how many columns.</param>
/// <param name="Constant">For a constant: the number.</param>
internal readonly record struct View(ViewKind Kind, Slot? Slot, int Rows = 0, int Columns = 0, double Constant = 0)
{
    /// <summary>For a window: the place of the first element, and how far the rows lie apart.</summary>
    public (int Start, int Step) Place { get; init; }

    /// <summary>Whether it sees its elements as rows and columns.</summary>
    public bool IsStructured => Kind is ViewKind.Row or ViewKind.Column or ViewKind.Window;

    /// <summary>Whether there is a stored element for each.</summary>
    public bool IsWhole => Kind is ViewKind.Dense or ViewKind.Window;

    /// <summary>The element type of what is stored.</summary>
    public DType DType => Slot!.Type.DType;

    /// <summary>All of a slot.</summary>
    public static View Of(Slot slot) => new(ViewKind.Dense, slot);

    /// <summary>A number.</summary>
    public static View Of(double constant) => new(ViewKind.Constant, null, Constant: constant);

    /// <summary>This view stretched from one shape to another; null if it is none of the kinds, so that it must be written out.</summary>
    public View? Stretched(Shape from, Shape to)
    {
        if (Kind is ViewKind.Constant or ViewKind.Scalar || from.ElementCount == to.ElementCount)
        {
            return this;
        }

        if (Kind != ViewKind.Dense)
        {
            return null;
        }

        if (from.ElementCount == 1)
        {
            return this with { Kind = ViewKind.Scalar };
        }

        // with sizes of 1 in front, the axes of both shapes pair up; those that stretch must be the first or the last
        int added = to.Rank - from.Rank;
        int Size(int axis) => axis < added ? 1 : from[axis - added];
        int[] axes = [.. Enumerable.Range(0, to.Rank).Where(axis => to[axis] != 1)];
        int stretchedFirst = axes.TakeWhile(axis => Size(axis) == 1).Count();
        int keptFirst = axes.TakeWhile(axis => Size(axis) != 1).Count();
        if (axes.Skip(stretchedFirst).All(axis => Size(axis) != 1))
        {
            return new View(ViewKind.Row, Slot, to.ElementCount / from.ElementCount, from.ElementCount);
        }

        Debug.Assert(from.ElementCount > 0, "an empty value is a constant");
        return axes.Skip(keptFirst).All(axis => Size(axis) == 1)
            ? new View(ViewKind.Column, Slot, from.ElementCount, to.ElementCount / from.ElementCount) : null;
    }
}
