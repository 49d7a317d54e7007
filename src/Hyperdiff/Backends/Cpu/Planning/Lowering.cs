using System.Collections.Immutable;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Reads a graph equation by equation, and says what each value is: a view, or the result of a unit of work. <see cref="OperationTable"/> tells
/// how.</summary>
internal sealed class Lowering
{
    private readonly ValueMap<View> _views;
    private readonly Dictionary<View, Slot> _written = [];

    // what windows see, which is written out if it turns out that somebody reads it
    private readonly Dictionary<Value, Equation?> _waiting = [];
    private readonly bool _joinsWindows;
    private Slot? _ordered;

    /// <summary>A reader for a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="joinsWindows">Whether sums over windows become units of their own.</param>
    public Lowering(Graph graph, bool joinsWindows = true)
    {
        _joinsWindows = joinsWindows;
        Fusion = new Fusion(Slots, Units);
        _views = new ValueMap<View>(graph);
        foreach (Value input in graph.Inputs)
        {
            Slot slot = Slots.Add(input.Type, SlotKind.Input);
            Inputs.Add(slot);
            _views.Set(input, View.Of(slot));
        }

        foreach (Equation equation in graph.Equations)
        {
            foreach (Value value in Match(equation)?.Between ?? (ReductionLowering.Windowed(equation) is { } seen ? [seen] : []))
            {
                _waiting[value] = null;
            }
        }

        int number = 0;
        foreach (Equation equation in graph.Equations)
        {
            Work.Equation(number++);
            if (_waiting.Count > 0 && _waiting.ContainsKey(equation.Results[0]))
            {
                _waiting[equation.Results[0]] = equation;
            }
            else
            {
                Read(equation);
            }
        }

        Fusion.JoinSiblings();
    }

    /// <summary>The slots.</summary>
    public SlotTable Slots { get; } = new();

    /// <summary>The work.</summary>
    public UnitGraph Units { get; } = new();

    /// <summary>The groups of elementwise work and reductions.</summary>
    public Fusion Fusion { get; }

    /// <summary>The slots of the inputs.</summary>
    public List<Slot> Inputs { get; } = [];

    /// <summary>What a value is.</summary>
    public View ViewOf(Value value)
    {
        if (_waiting.Count > 0 && _waiting.Remove(value, out Equation? equation))
        {
            Read(equation!);
        }

        return _views[value];
    }

    /// <summary>What values are.</summary>
    public View[] ViewsOf(ImmutableArray<Value> values)
    {
        var views = new View[values.Length];
        for (int i = 0; i < views.Length; i++)
        {
            views[i] = ViewOf(values[i]);
        }

        return views;
    }

    /// <summary>What a value is, in a form that can leave the plan: a constant, or all of a slot whose memory the plan does not use again.</summary>
    public View Leaving(Value value)
    {
        View view = ViewOf(value);
        if (view.Kind == ViewKind.Constant)
        {
            return view;
        }

        Slot slot = Dense(value);
        slot.Kind = slot.Kind == SlotKind.Arena ? SlotKind.Fresh : slot.Kind;
        return View.Of(slot);
    }

    /// <summary>The slot of a value as it is in memory, row-major and without repetition.</summary>
    public Slot Dense(Value value)
    {
        View view = ViewOf(value);
        if (view.Kind == ViewKind.Dense)
        {
            return view.Slot!;
        }

        // equal views of different counts are different values: a scalar and a constant do not know how often they repeat
        if (_written.TryGetValue(view, out Slot? written) && written.Type == value.Type)
        {
            return written;
        }

        if (view is { Kind: ViewKind.Window, Slot: { } whole })
        {
            var order = new GatherOrder([view.Rows, view.Columns], [view.Place.Step, 1], view.Place.Start);
            return _written[view] = Add(slot => new GatherUnit(order, whole, slot), value.Type).Slot!;
        }

        return _written[view] = Fusion.Elementwise(null, [view], [value.Type.DType], value.Type);
    }

    /// <summary>A unit with one result: what the result is.</summary>
    public View Add(Func<Slot, PlanUnit> unit, TensorType result)
    {
        Slot slot = Slots.Add(result);
        Add(unit(slot), slot);
        return View.Of(slot);
    }

    /// <summary>Elements of a value in another order.</summary>
    /// <param name="source">The value.</param>
    /// <param name="type">The type of the result.</param>
    /// <param name="steps">By how much the place in the source moves along each axis of the result.</param>
    /// <param name="start">Where the first element stands in the source.</param>
    public View Gathered(Value source, TensorType type, int[] steps, int start = 0)
    {
        Slot read = Dense(source);
        return Add(slot => new GatherUnit(new GatherOrder(type.Shape, steps, start), read, slot), type);
    }

    /// <summary>The result of an operation on whole operands, by a kernel of its own or by its definition.</summary>
    public View Defined(Equation equation) => Add(
        slot => new OperationUnit(
            (Operation)equation.Primitive, [.. equation.Operands.Select(operand => (Dense(operand), operand.Type.Shape))], slot),
        equation.Results[0].Type);

    private void Read(Equation equation)
    {
        if (equation.Primitive is not Operation operation)
        {
            Opaque(equation);
            return;
        }

        Value result = equation.Results[0];
        _views.Set(result, result.Type.Shape.ElementCount == 0 ? View.Of(0) : Windowed(equation) ?? OperationTable.Of(operation).InPlan(this, equation));
    }

    private View? Windowed(Equation equation)
    {
        if (Match(equation) is not { } match)
        {
            return null;
        }

        Slot[] operands = match.Weights is null ? [Dense(match.Source)] : [Dense(match.Source), Dense(match.Weights)];
        WindowDefinition? definition = null;
        if (match.IsGuarded)
        {
            (Graph graph, Value[] inputs) = match.Definition(equation);
            definition = new WindowDefinition(graph, Array.ConvertAll(inputs, Dense));
        }

        return Add(slot => new WindowUnit(match.Shape, operands, slot, definition), equation.Results[0].Type);
    }

    private WindowMatch? Match(Equation equation) => _joinsWindows ? WindowMatch.Of(equation) : null;

    private void Opaque(Equation equation)
    {
        bool ordered = equation.Primitive.IsOrdered;
        var unit = new PrimitiveUnit(equation.Primitive, [.. equation.Operands.Select(operand => (Leaving(operand), operand.Type))])
        {
            After = ordered ? _ordered : null,
        };
        Units.Add(unit);
        unit.Results = [.. equation.Results.Select(result => Slots.Add(result.Type, SlotKind.Foreign, unit))];
        for (int i = 0; i < unit.Results.Length; i++)
        {
            _views.Set(equation.Results[i], View.Of(unit.Results[i]));
        }

        if (ordered)
        {
            _ordered = unit.Results[0];
        }
    }

    private void Add(PlanUnit unit, Slot result)
    {
        result.Producer = unit;
        Units.Add(unit);
    }
}
