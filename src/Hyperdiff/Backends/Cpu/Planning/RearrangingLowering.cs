using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Operations that only move elements: views where nothing need move, or else one pass, which gathers by the result or scatters by the
/// operand.</summary>
internal static class RearrangingLowering
{
    // shorter rows are read element by element
    private const int LeastColumns = 32;

    public static View Stretched(Lowering plan, Equation equation)
    {
        (Value operand, Value result) = (equation.Operands[0], equation.Results[0]);
        View view = plan.ViewOf(operand);

        // what is repeated is a whole value
        view = view.Kind == ViewKind.Window && operand.Type.Shape.ElementCount < result.Type.Shape.ElementCount ? View.Of(plan.Dense(operand)) : view;
        return view.Stretched(operand.Type.Shape, result.Type.Shape) ?? Written(plan, operand, result.Type);
    }

    // what is stretched along its first axes besides others is written out once, and seen from there for all of these
    private static View Written(Lowering plan, Value operand, TensorType result)
    {
        (Shape from, Shape to) = (operand.Type.Shape, result.Shape);
        int added = to.Rank - from.Rank, repeated = Enumerable.Range(0, to.Rank).TakeWhile(axis => axis < added || from[axis - added] == 1).Count();
        int[] steps = BroadcastTo.StretchedStrides(from, to);
        Shape once = [.. to.Sizes[repeated..]];
        return plan.Gathered(operand, result with { Shape = once }, steps[repeated..]).Stretched(once, to)!.Value;
    }

    public static View Permuted(Lowering plan, Equation equation)
    {
        int[] own = equation.Operands[0].Type.Shape.Strides();
        return Reordered(plan, equation, [.. ((Permute)equation.Primitive).Order.Items.Select(axis => own[axis])]);
    }

    public static View Windowed(Lowering plan, Equation equation)
    {
        var windows = (Windows)equation.Primitive;
        return Reordered(plan, equation, Windows.Walk(equation.Operands[0].Type.Shape, windows.Strides, windows.Dilations));
    }

    public static View Sliced(Lowering plan, Equation equation)
    {
        (var slice, Value operand) = ((Slice)equation.Primitive, equation.Operands[0]);
        (int start, int[] steps) = Slice.Walk(operand.Type.Shape, slice.Starts, slice.Steps);
        TensorType result = equation.Results[0].Type;
        View view = plan.ViewOf(operand);
        return view.Kind is ViewKind.Constant or ViewKind.Scalar ? view
            : Window(view, result.Shape, steps, start) ?? plan.Gathered(operand, result, steps, start);
    }

    // half or more of every row, which is read where it lies; less is better gathered once
    private static View? Window(View view, Shape shape, int[] steps, int start) => view.Kind == ViewKind.Dense
        && StridedAxes.Join(shape, steps) is { Sizes: [var rows, >= LeastColumns and var columns], Steps: [> 0 and var step, 1] } && step <= 2 * columns
        ? new View(ViewKind.Window, view.Slot, rows, columns) { Place = (start, step) } : null;

    public static View Padded(Lowering plan, Equation equation)
    {
        var pad = (Pad)equation.Primitive;
        (int start, int[] steps) = Slice.Walk(pad.Target, pad.Starts, pad.Steps);
        return Scattered(plan, equation, new ScatterOrder(equation.Operands[0].Type.Shape, steps, start));
    }

    public static View Overlapped(Lowering plan, Equation equation)
    {
        var windows = (OverlapAdd)equation.Primitive;
        int[] steps = Windows.Walk(equation.Results[0].Type.Shape, windows.Strides, windows.Dilations);
        return Scattered(plan, equation, new ScatterOrder(equation.Operands[0].Type.Shape, steps, start: 0), adds: true);
    }

    private static View Reordered(Lowering plan, Equation equation, int[] steps)
    {
        (Value operand, Value result) = (equation.Operands[0], equation.Results[0]);
        View view = plan.ViewOf(operand);
        if (view.Kind is ViewKind.Constant or ViewKind.Scalar)
        {
            return view;
        }

        return new GatherOrder(result.Type.Shape, steps).IsIdentity && result.Type.Shape.ElementCount == operand.Type.Shape.ElementCount
            ? view
            : plan.Gathered(operand, result.Type, steps);
    }

    private static View Scattered(Lowering plan, Equation equation, ScatterOrder order, bool adds = false)
    {
        (Value operand, Value result) = (equation.Operands[0], equation.Results[0]);
        return operand.Type.Shape.ElementCount == 0
            ? View.Of(0)
            : plan.Add(slot => new ScatterUnit(order, adds, plan.Dense(operand), slot), result.Type);
    }
}
