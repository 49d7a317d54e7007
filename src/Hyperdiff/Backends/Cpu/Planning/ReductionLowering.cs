using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Reductions: the end of a fused group, over the first axes, the last ones or all. Others are folded where they lie, or moved to the end
/// before.</summary>
internal static class ReductionLowering
{
    public static View Of(Lowering plan, Equation equation)
    {
        var reduction = (Reduction)equation.Primitive;
        (Value operand, Value result) = (equation.Operands[0], equation.Results[0]);
        Shape shape = operand.Type.Shape;
        if (ReductionKernels.Find(reduction, result.Type.DType) is null || shape.ElementCount == 0)
        {
            return plan.Defined(equation);
        }

        if (Windowed(equation) is { Definition: { Primitive: Windows windows, Operands: [var whole] } })
        {
            return InPlace(plan, equation, whole, Windows.Walk(whole.Type.Shape, windows.Strides, windows.Dilations));
        }

        if (Seen(reduction, shape) is not { } seen)
        {
            if (IsInPlace(equation))
            {
                return InPlace(plan, equation, operand, shape.Strides());
            }

            View moved = MovedLast(plan, reduction, operand);
            (int kept, int folded) = (result.Type.Shape.ElementCount, shape.ElementCount / result.Type.Shape.ElementCount);
            return View.Of(plan.Fusion.Reduction(
                reduction, moved, new ReducedDomain(ReductionKind.Columns, shape.ElementCount, kept, folded), result.Type));
        }

        View view = plan.ViewOf(operand);
        if (view.IsStructured && seen.Kind != ReductionKind.All && (view.Rows, view.Columns) != (seen.Rows, seen.Columns))
        {
            view = View.Of(plan.Dense(operand));
        }

        return View.Of(plan.Fusion.Reduction(reduction, view, seen, result.Type));
    }

    /// <summary>What windows see, where that is all that is reduced: it need not be written out.</summary>
    public static Value? Windowed(Equation equation) =>
        equation is { Primitive: Reduction reduction, Operands: [{ Definition.Primitive: Windows windows } seen] }
        && seen.Type.Shape.ElementCount > 0 && IsInPlace(equation)
        && reduction.Reduced.Items.SequenceEqual(Enumerable.Range(seen.Type.Shape.Rank - (2 * windows.Kernel.Count), windows.Kernel.Count)) ? seen : null;

    private static bool IsInPlace(Equation equation) =>
        ReductionKernels.Find((Operation)equation.Primitive, equation.Results[0].Type.DType) is { IsStrided: true }
        && equation.Operands[0].Type.Shape.ElementCount / equation.Results[0].Type.Shape.ElementCount <= StridedFold.MostFolded;

    private static View InPlace(Lowering plan, Equation equation, Value source, int[] steps)
    {
        (var reduction, Shape shape, TensorType type) = ((Reduction)equation.Primitive, equation.Operands[0].Type.Shape, equation.Results[0].Type);
        ILookup<bool, int> axes = Enumerable.Range(0, shape.Rank).ToLookup(axis => reduction.Reduced.Contains(axis));
        var fold = new StridedFold(
            [.. axes[false].Select(axis => shape[axis])], [.. axes[false].Select(axis => steps[axis])],
            [.. axes[true].Select(axis => shape[axis])], [.. axes[true].Select(axis => steps[axis])]);
        Slot read = plan.Dense(source);
        return plan.Add(slot => new FoldUnit(ReductionKernels.Find(reduction, type.DType)!, fold, read, slot), type);
    }

    // the operand with the axes that disappear behind the others
    private static View MovedLast(Lowering plan, Reduction reduction, Value operand)
    {
        Shape shape = operand.Type.Shape;
        int[] own = shape.Strides();
        int[] order = [.. Enumerable.Range(0, shape.Rank).OrderBy(axis => reduction.Reduced.Contains(axis))];
        return plan.Gathered(operand, operand.Type with { Shape = [.. order.Select(axis => shape[axis])] }, [.. order.Select(axis => own[axis])]);
    }

    // the axes that disappear must be the first or the last, sizes of 1 aside
    private static ReducedDomain? Seen(Reduction reduction, Shape shape)
    {
        bool[] reduced = [.. Enumerable.Range(0, shape.Rank).Where(axis => shape[axis] != 1).Select(axis => reduction.Reduced.Contains(axis))];
        int count = shape.ElementCount, kept = reduction.Kept(shape).ElementCount, folded = count / kept;
        if (kept == 1)
        {
            return new ReducedDomain(ReductionKind.All, count, 0, 0);
        }

        if (reduced.SkipWhile(axis => !axis).All(axis => axis) && folded > 1)
        {
            return new ReducedDomain(ReductionKind.Columns, count, kept, folded);
        }

        return reduced.SkipWhile(axis => axis).All(axis => !axis) && folded > 1 ? new ReducedDomain(ReductionKind.Rows, count, folded, kept) : null;
    }
}
