using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Reads a graph equation by equation, and says what each value is: a view, or the result of a unit of work.</summary>
internal sealed class Lowering
{
    private readonly Fusion _fusion;
    private readonly Dictionary<Value, View> _views = [];
    private readonly Dictionary<View, Slot> _written = [];

    /// <summary>A reader for a graph.</summary>
    public Lowering(Graph graph)
    {
        _fusion = new Fusion(Slots, Units);
        foreach (Value input in graph.Inputs)
        {
            Slot slot = Slots.Add(input.Type, SlotKind.Input);
            Inputs.Add(slot);
            _views[input] = View.Of(slot);
        }

        int number = 0;
        foreach (Equation equation in graph.Equations)
        {
            Work.Equation(number++);
            Read(equation);
        }

        _fusion.JoinSiblings();
    }

    /// <summary>The slots.</summary>
    public SlotTable Slots { get; } = new();

    /// <summary>The work.</summary>
    public UnitGraph Units { get; } = new();

    /// <summary>The slots of the inputs.</summary>
    public List<Slot> Inputs { get; } = [];

    /// <summary>What a value is, in a form that can leave the plan: a constant, or all of a slot whose memory the plan does not use again.</summary>
    public View Leaving(Value value)
    {
        View view = _views[value];
        if (view.Kind == ViewKind.Constant)
        {
            return view;
        }

        Slot slot = Dense(value);
        slot.Kind = slot.Kind == SlotKind.Arena ? SlotKind.Fresh : slot.Kind;
        return View.Of(slot);
    }

    private void Read(Equation equation)
    {
        if (equation.Primitive is not Operation operation)
        {
            Opaque(equation);
            return;
        }

        Value result = equation.Results[0];
        _views[result] = result.Type.Shape.ElementCount == 0 ? View.Of(0) : Result(operation, equation);
    }

    private View Result(Operation operation, Equation equation)
    {
        Value result = equation.Results[0];
        return operation switch
        {
            Fill fill => View.Of(fill.Scalar),
            Reshape => _views[equation.Operands[0]],
            BroadcastTo => Stretch(equation),
            Permute permute => Permuted(permute, equation),
            Windows windows => Reordered(equation, Windows.Walk(equation.Operands[0].Type.Shape, windows.Strides, windows.Dilations)),
            Pad pad => Padded(pad, equation),
            OverlapAdd windows => Scattered(equation, Windows.Walk(result.Type.Shape, windows.Strides, windows.Dilations), start: 0, adds: true),
            Slice slice => Sliced(slice, equation),
            Elementwise when equation.Operands.Length <= ReferenceKernel.MostOperands => Computed(operation, equation),
            Reduction reduction => Reduced(reduction, equation),
            MatMul product => View.Of(Product(product, equation)),
            _ => Defined(operation, equation),
        };
    }

    private View Stretch(Equation equation)
    {
        (Value operand, Value result) = (equation.Operands[0], equation.Results[0]);
        if (_views[operand].Stretched(operand.Type.Shape, result.Type.Shape) is { } view)
        {
            return view;
        }

        return View.Of(Gathered(Dense(operand), result.Type, BroadcastTo.StretchedStrides(operand.Type.Shape, result.Type.Shape)));
    }

    private View Permuted(Permute permute, Equation equation)
    {
        int[] own = equation.Operands[0].Type.Shape.Strides();
        return Reordered(equation, [.. permute.Order.Items.Select(axis => own[axis])]);
    }

    private View Reordered(Equation equation, int[] steps)
    {
        (Value operand, Value result) = (equation.Operands[0], equation.Results[0]);
        View view = _views[operand];
        if (view.Kind is ViewKind.Constant or ViewKind.Scalar)
        {
            return view;
        }

        return new GatherOrder(result.Type.Shape, steps).IsIdentity && result.Type.Shape.ElementCount == operand.Type.Shape.ElementCount
            ? view
            : View.Of(Gathered(Dense(operand), result.Type, steps));
    }

    private View Padded(Pad pad, Equation equation)
    {
        (int start, int[] steps) = Slice.Walk(pad.Target, pad.Starts, pad.Steps);
        return Scattered(equation, steps, start, adds: false);
    }

    private View Scattered(Equation equation, int[] steps, int start, bool adds)
    {
        (Value operand, Value result) = (equation.Operands[0], equation.Results[0]);
        if (operand.Type.Shape.ElementCount == 0)
        {
            return View.Of(0);
        }

        Slot slot = Slots.Add(result.Type);
        return View.Of(Add(new ScatterUnit(new ScatterOrder(operand.Type.Shape, steps, start), adds, Dense(operand), slot), slot));
    }

    private View Sliced(Slice slice, Equation equation)
    {
        Value operand = equation.Operands[0];
        (int start, int[] steps) = Slice.Walk(operand.Type.Shape, slice.Starts, slice.Steps);
        return _views[operand] is { Kind: ViewKind.Constant or ViewKind.Scalar } view
            ? view
            : View.Of(Gathered(Dense(operand), equation.Results[0].Type, steps, start));
    }

    private Slot Gathered(Slot source, TensorType type, int[] steps, int start = 0)
    {
        Slot result = Slots.Add(type);
        return Add(new GatherUnit(new GatherOrder(type.Shape, steps, start), source, result), result);
    }

    private View Computed(Operation operation, Equation equation)
    {
        Value result = equation.Results[0];
        View[] views = [.. equation.Operands.Select(operand => _views[operand])];
        DType[] types = [.. equation.Operands.Select(operand => operand.Type.DType)];
        View structure = Array.Find(views, view => view.IsStructured);

        // what is computed from one number, one row or one column alone is computed for that, and stretched after
        if (!Array.Exists(views, view => view.Kind == ViewKind.Dense) && Array.TrueForAll(views, view => !view.IsStructured || Alike(view, structure)))
        {
            Shape small = structure.Slot is null ? new Shape(1) : new Shape(structure.Kind == ViewKind.Row ? structure.Columns : structure.Rows);
            View[] inner = [.. views.Select(
                view => view.IsStructured || (view.Kind == ViewKind.Scalar && small.ElementCount == 1) ? View.Of(view.Slot!) : view)];
            Slot slot = _fusion.Elementwise(operation, inner, types, result.Type with { Shape = small });
            View computed = structure.Slot is null ? new View(ViewKind.Scalar, slot) : structure with { Slot = slot };
            return result.Type.Shape.ElementCount == slot.Count ? View.Of(slot) : computed;
        }

        // a domain has one structure; what sees another is written out
        for (int i = 0; i < views.Length; i++)
        {
            if (views[i].IsStructured && (views[i].Rows, views[i].Columns) != (structure.Rows, structure.Columns))
            {
                views[i] = View.Of(Dense(equation.Operands[i]));
            }
        }

        return View.Of(_fusion.Elementwise(operation, views, types, result.Type));

        static bool Alike(View a, View b) => (a.Kind, a.Rows, a.Columns) == (b.Kind, b.Rows, b.Columns);
    }

    private View Reduced(Reduction reduction, Equation equation)
    {
        (Value operand, Value result) = (equation.Operands[0], equation.Results[0]);
        Shape shape = operand.Type.Shape;
        if (ReductionKernels.Find(reduction, result.Type.DType) is null || shape.ElementCount == 0)
        {
            return Defined(reduction, equation);
        }

        if (Kind(reduction, shape) is not { } seen)
        {
            Slot moved = MovedLast(reduction, operand);
            (int kept, int folded) = (result.Type.Shape.ElementCount, shape.ElementCount / result.Type.Shape.ElementCount);
            return View.Of(_fusion.Reduction(reduction, ReductionKind.Columns, View.Of(moved), shape.ElementCount, kept, folded, result.Type));
        }

        View view = _views[operand];
        if (view.IsStructured && seen.Kind != ReductionKind.All && (view.Rows, view.Columns) != (seen.Rows, seen.Columns))
        {
            view = View.Of(Dense(operand));
        }

        return View.Of(_fusion.Reduction(reduction, seen.Kind, view, shape.ElementCount, seen.Rows, seen.Columns, result.Type));
    }

    // the operand with the axes that disappear behind the others
    private Slot MovedLast(Reduction reduction, Value operand)
    {
        Shape shape = operand.Type.Shape;
        int[] own = shape.Strides();
        int[] order = [.. Enumerable.Range(0, shape.Rank).OrderBy(axis => reduction.Reduced.Contains(axis))];
        return Gathered(Dense(operand), operand.Type with { Shape = [.. order.Select(axis => shape[axis])] }, [.. order.Select(axis => own[axis])]);
    }

    // the axes that disappear must be the first or the last, sizes of 1 aside
    private static (ReductionKind Kind, int Rows, int Columns)? Kind(Reduction reduction, Shape shape)
    {
        bool[] reduced = [.. Enumerable.Range(0, shape.Rank).Where(axis => shape[axis] != 1).Select(axis => reduction.Reduced.Contains(axis))];
        int kept = reduction.Kept(shape).ElementCount, folded = shape.ElementCount / kept;
        if (kept == 1)
        {
            return (ReductionKind.All, 0, 0);
        }

        if (reduced.SkipWhile(axis => !axis).All(axis => axis) && folded > 1)
        {
            return (ReductionKind.Columns, kept, folded);
        }

        return reduced.SkipWhile(axis => axis).All(axis => !axis) && folded > 1 ? (ReductionKind.Rows, folded, kept) : null;
    }

    private Slot Product(MatMul product, Equation equation)
    {
        (Value left, Value right, Value result) = (equation.Operands[0], equation.Operands[1], equation.Results[0]);
        Shape c = result.Type.Shape;
        int inner = left.Type.Shape[product.TransposeLeft ? ^2 : ^1];
        (int rows, int columns) = (c[^2], c[^1]);
        (Slot a, int stepA) = Batched(left, rows * inner);
        (Slot b, int stepB) = Batched(right, inner * columns);
        var shape = new ProductShape(rows, inner, columns)
        {
            LeftTransposed = product.TransposeLeft,
            RightTransposed = product.TransposeRight,
            BatchCount = c.ElementCount / (rows * columns),
            LeftBatchStep = stepA,
            RightBatchStep = stepB,
            ResultBatchStep = rows * columns,
        };
        Slot slot = Slots.Add(result.Type);
        return Add(new ProductUnit(shape, a, b, slot), slot);
    }

    // one matrix for the whole batch is a stretched view, and is read again for every item
    private (Slot Slot, int Step) Batched(Value operand, int size) => _views[operand] is { Kind: ViewKind.Row } view && view.Columns == size
        ? (view.Slot!, 0)
        : (Dense(operand), size);

    private View Defined(Operation operation, Equation equation)
    {
        Value result = equation.Results[0];
        Slot slot = Slots.Add(result.Type);
        return View.Of(Add(new OperationUnit(operation, [.. equation.Operands.Select(operand => (Dense(operand), operand.Type.Shape))], slot), slot));
    }

    private void Opaque(Equation equation)
    {
        var unit = new PrimitiveUnit(equation.Primitive, [.. equation.Operands.Select(operand => (Leaving(operand), operand.Type))]);
        Units.Add(unit);
        unit.Results = [.. equation.Results.Select(result => Slots.Add(result.Type, SlotKind.Foreign, unit))];
        for (int i = 0; i < unit.Results.Length; i++)
        {
            _views[equation.Results[i]] = View.Of(unit.Results[i]);
        }
    }

    private Slot Dense(Value value)
    {
        View view = _views[value];
        if (view.Kind == ViewKind.Dense)
        {
            return view.Slot!;
        }

        // equal views of different counts are different values: a scalar and a constant do not know how often they repeat
        if (_written.TryGetValue(view, out Slot? written) && written.Type == value.Type)
        {
            return written;
        }

        return _written[view] = _fusion.Elementwise(null, [view], [value.Type.DType], value.Type);
    }

    private Slot Add(PlanUnit unit, Slot result)
    {
        result.Producer = unit;
        Units.Add(unit);
        return result;
    }
}
