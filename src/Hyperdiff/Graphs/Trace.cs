using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff.Graphs;

/// <summary>Records what a function does to its arguments as a graph.</summary>
/// <remarks>
/// Traces nest as calls do: the one opened last is innermost, and closes first. A tensor knows its trace; an operation belongs to the innermost trace
/// among its operands, for which tensors of the enclosing ones, and concrete ones, become captured inputs. So there is no ambient state: a nested
/// derivative cannot confuse its perturbations with those of the enclosing one, because they are inputs of different graphs. The serial number only
/// tells which of two open traces was opened later. The exception is a trace that was asked to take (<see cref="Take(Func{Tensor[]})"/>): what is computed
/// of older tensors alone belongs to it as well, and not to theirs.
/// </remarks>
internal sealed class Trace : IDisposable
{
    private static long s_lastSerial;

    // the trace that takes what belongs to older ones, on this thread
    [ThreadStatic]
    private static Trace? s_taking;

    private readonly long _serial = Interlocked.Increment(ref s_lastSerial);
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<Value, Tensor> _examples = [];
    private readonly Dictionary<Value, Tensor> _known = [];
    private readonly List<Tensor> _captures = [];
    private readonly Dictionary<TensorStorage, Value> _captured = new(ReferenceEqualityComparer.Instance);
    private bool _open = true;
    private int _exchanges;

    /// <summary>Opens a trace.</summary>
    /// <param name="beside">A graph whose values are taken as they are, where they are taken (<see cref="Take(Value)"/>, <see cref="Keep"/>); null for
    /// none.</param>
    public Trace(Graph? beside = null)
    {
        Nesting.RequireStack();
        _builder = GraphBuilder.Simplifying(beside);
    }

    /// <summary>Whether a value was read while tracing, so that the graph holds for these values only.</summary>
    public bool IsValueDependent { get; private set; }

    /// <summary>The tensors that the function took from outside, in the order of the graph's last inputs.</summary>
    public ReadOnlySpan<Tensor> Captures => CollectionsMarshal.AsSpan(_captures);

    /// <summary>The innermost trace among the operands; null if all are concrete.</summary>
    /// <exception cref="InvalidOperationException">An operand belongs to a trace that is closed, or to one of another thread.</exception>
    public static Trace? Innermost(Primitive? primitive, ReadOnlySpan<Tensor> operands)
    {
        Trace? innermost = null;
        foreach (Tensor operand in operands)
        {
            if (operand.Storage is not TracedStorage { Trace: { } trace })
            {
                continue;
            }

            if (!trace.IsUsable)
            {
                trace.RequireUsable(primitive?.Name ?? "A compiled function");
            }

            if (innermost is null || trace._serial > innermost._serial)
            {
                innermost = trace;
            }
        }

        return innermost is not null && s_taking is { _open: true } taking && taking._serial > innermost._serial ? taking : innermost;
    }

    /// <summary>What a function computes of traced tensors, none of which need be its argument: nothing of it is left to the traces around.</summary>
    /// <param name="function">The function.</param>
    public static TracedFunction Take(Func<Tensor[]> function)
    {
        using var trace = new Trace();
        (Trace? around, s_taking) = (s_taking, trace);
        try
        {
            return new TracedFunction(trace.Close(function()), trace.Captures.ToArray(), trace.IsValueDependent);
        }
        finally
        {
            s_taking = around;
        }
    }

    /// <summary>Adds an argument of the function.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="example">What it is in this call, for a function that reads it; null where there is no value.</param>
    /// <param name="label">Its name, for messages.</param>
    public Tensor Input(TensorType type, Tensor? example = null, string? label = null)
    {
        Value value = _builder.Input(type);
        if (example is not null)
        {
            _examples[value] = example;
        }

        return Wrap(value, label);
    }

    /// <summary>Takes an input of the graph beside as it is.</summary>
    public Tensor Take(Value input)
    {
        _builder.Take(input);
        return Wrap(input);
    }

    /// <summary>Takes all of the graph beside, which is simplified, as it is.</summary>
    /// <returns>Its inputs and outputs.</returns>
    public (Tensor[] Inputs, Tensor[] Outputs) TakeAll(Graph graph)
    {
        Tensor[] inputs = [.. graph.Inputs.Select(Take)];
        if (graph.Communicates || !graph.IsSimplified)
        {
            return (inputs, graph.Call(inputs).Outputs);
        }

        foreach (Equation equation in graph.Equations)
        {
            _builder.Take(equation);
        }

        return (inputs, [.. graph.Outputs.Select(output => Wrap(output))]);
    }

    /// <summary>Adds a graph at values of this trace; null where it has to be applied equation by equation, because of others.</summary>
    public Tensor[]? Inlined(Graph graph, ReadOnlySpan<Tensor> operands)
    {
        if (graph.Communicates)
        {
            return null;
        }

        var values = new ValueMap<Value>(graph);
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Storage is not TracedStorage traced || !ReferenceEquals(traced.Trace, this) || operands[i].Type != graph.Inputs[i].Type)
            {
                return null;
            }

            values.Set(graph.Inputs[i], traced.Value);
        }

        foreach (Equation equation in graph.Equations)
        {
            // a constant is one of this trace from where it is used
            if (equation.Primitive is not Fill)
            {
                values.Set(equation.Results, _builder.Add(equation.Primitive, Operands(equation)).AsSpan());
            }
        }

        return [.. graph.Outputs.Select(output => values.TryGetValue(output, out Value? value) ? Wrap(value) : output.Definition!.Primitive.Apply()[0])];

        ImmutableArray<Value> Operands(Equation equation)
        {
            var taken = new Value[equation.Operands.Length];
            for (int i = 0; i < taken.Length; i++)
            {
                Value operand = equation.Operands[i];
                if (!values.TryGetValue(operand, out Value? value))
                {
                    value = _builder.Add(operand.Definition!.Primitive, ImmutableArray<Value>.Empty)[0];
                    values.Set(operand, value);
                }

                taken[i] = value;
            }

            return ImmutableCollectionsMarshal.AsImmutableArray(taken);
        }
    }

    /// <summary>Adds an equation of the graph beside: as it is, if its operands are.</summary>
    /// <param name="equation">The equation.</param>
    /// <param name="operands">What stands for its operands.</param>
    /// <param name="graph">The graph beside.</param>
    public Tensor[] Keep(Equation equation, Tensor[] operands, Graph graph)
    {
        // exchanges are counted anew
        if (equation.Primitive is SumOverRanks)
        {
            return Record(equation.Primitive, operands);
        }

        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Storage is not TracedStorage traced || !ReferenceEquals(traced.Value, equation.Operands[i]))
            {
                return Record(equation.Primitive, operands);
            }
        }

        return Wrapped(_builder.Add(equation, equation.Operands.AsSpan(), graph.IsSimplified));
    }

    /// <summary>A repeated scalar as a value of this trace, so that what is computed from it is recorded too.</summary>
    public Tensor Constant(Shape shape, double scalar, DType dtype) => Wrap(ValueFor(Tensor.Full(shape, scalar, dtype)));

    /// <summary>A value of this trace as an operand of further equations.</summary>
    public Tensor TensorOf(Value value) => Wrap(value);

    /// <summary>Adds an equation.</summary>
    public Tensor[] Record(Primitive primitive, ReadOnlySpan<Tensor> operands) => Wrapped(Recorded(primitive, operands));

    /// <summary>Adds an equation with one result.</summary>
    public Tensor RecordOne(Operation operation, ReadOnlySpan<Tensor> operands) => Wrap(Recorded(operation, operands)[0]);

    /// <summary>The graph of what was recorded; its inputs are the arguments and then the captures.</summary>
    public Graph Close(params ReadOnlySpan<Tensor> outputs)
    {
        var values = new Value[outputs.Length];
        for (int i = 0; i < values.Length; i++)
        {
            _ = Allowed.Returned(outputs[i], "A traced function");
            (outputs[i].Storage as TracedStorage)?.Trace.RequireUsable("The result of a traced function");
            values[i] = ValueFor(outputs[i]);
        }

        _open = false;
        return _builder.Build(values);
    }

    /// <summary>What a value is in this call: evaluates what it depends on.</summary>
    /// <exception cref="InvalidOperationException">It depends on an argument that has no value.</exception>
    public Tensor ValueOf(Value value)
    {
        Replication.Require("A value that is read while tracing", value.Type);
        IsValueDependent = true;
        var pending = new Stack<Value>([value]);
        while (pending.TryPeek(out Value? next))
        {
            if (_known.ContainsKey(next))
            {
                pending.Pop();
                continue;
            }

            if (_examples.TryGetValue(next, out Tensor? example))
            {
                // an example from an enclosing trace is read there, which marks that trace too
                _known[next] = example.Storage is TracedStorage outer ? outer.Trace.ValueOf(outer.Value) : example;
                continue;
            }

            Equation equation = next.Definition ?? throw new InvalidOperationException(
                "The value of a traced tensor was read where it has none: inside a loop body, the map of a solve, or a batched function. "
                + "Choose between tensors by Tensor.Where, or take the decision outside the function.");
            Value[] missing = [.. equation.Operands.Where(operand => !_known.ContainsKey(operand))];
            if (missing.Length > 0)
            {
                Array.ForEach(missing, pending.Push);
                continue;
            }

            Evaluate(equation);
        }

        return _known[value];
    }

    /// <summary>Throws if anything was taken from outside, where all that is used must be an argument.</summary>
    public void RequireClosed(string who)
    {
        if (_captures.Count > 0)
        {
            throw new System.Diagnostics.UnreachableException($"{who} must take nothing from outside, but a tensor of type {_captures[0].Type} was captured.");
        }
    }

    /// <summary>Closes the trace, with a result or without one, when the function threw; what is left of its tensors in a structure that is kept holds none of
    /// the values that they had.</summary>
    public void Dispose()
    {
        _open = false;
        _examples.Clear();
        _known.Clear();
        _captured.Clear();
        _captures.Clear();
    }

    public static string? Labels(ReadOnlySpan<Tensor> operands)
    {
        var labels = new List<string>();
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Storage is TracedStorage { Label: { } label })
            {
                labels.Add(operands.Length == 2 ? $"{(i == 0 ? "left" : "right")}: {label}" : $"operand {i}: {label}");
            }
        }

        return labels.Count == 0 ? null : $"({string.Join(", ", labels)})";
    }

    private ImmutableArray<Value> Recorded(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        var values = new Value[operands.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ValueFor(operands[i]);
        }

        try
        {
            GiveToRanks(primitive, operands, values);
            return _builder.Add(Numbered(primitive), ImmutableCollectionsMarshal.AsImmutableArray(values));
        }
        catch (ShapeMismatchException exception) when (Labels(operands) is { } labels)
        {
            throw new ShapeMismatchException($"{exception.Message} {labels}", exception);
        }
        catch (DTypeMismatchException exception) when (Labels(operands) is { } labels)
        {
            throw new DTypeMismatchException($"{exception.Message} {labels}", exception);
        }
    }

    // where replicated values meet those that differ from rank to rank; what is concrete has no derivative that would have to be summed
    private void GiveToRanks(Primitive primitive, ReadOnlySpan<Tensor> operands, Value[] values)
    {
        // nearly all of what is recorded
        if (primitive is Operation && Array.TrueForAll(values, value => value.Type.VariesAcross is null))
        {
            return;
        }

        TensorType[] types = Array.ConvertAll(values, value => value.Type);
        if (!Replication.Differs(primitive, types, out TensorType[] target))
        {
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (types[i].VariesAcross is null && target[i].VariesAcross is { } ranks)
            {
                values[i] = operands[i].IsTraced ? _builder.Add(new ToEachRank(ranks), values[i])[0] : ValueFor(operands[i].As(target[i]));
            }
        }
    }

    private Primitive Numbered(Primitive primitive) => primitive is SumOverRanks sum ? sum with { Number = ++_exchanges } : primitive;

    private void Evaluate(Equation equation)
    {
        Tensor[] operands = [.. equation.Operands.Select(operand => _known[operand])];
        Tensor[] results = Eager.Execute(equation.Primitive, operands);
        if (equation.Primitive.ReportResult is { } report)
        {
            SolveReports.ThrowUnlessConverged("A value that was read while tracing", equation.Primitive.Name, results[report]);
        }

        for (int i = 0; i < results.Length; i++)
        {
            _known[equation.Results[i]] = results[i];
        }
    }

    private Tensor[] Wrapped(ImmutableArray<Value> values)
    {
        var tensors = new Tensor[values.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = Wrap(values[i]);
        }

        return tensors;
    }

    private Tensor Wrap(Value value, string? label = null) => new(value.Type, new TracedStorage(this, value, label));

    private Value ValueFor(Tensor tensor)
    {
        if (tensor.Storage is TracedStorage { Trace: { } trace } traced && ReferenceEquals(trace, this))
        {
            return traced.Value;
        }

        if (tensor.Storage is UniformStorage uniform)
        {
            return _builder.Add(new Fill(uniform.Value, tensor.Type))[0];
        }

        if (!_captured.TryGetValue(tensor.Storage, out Value? value) || value.Type != tensor.Type)
        {
            value = _builder.Input(tensor.Type);
            _captured[tensor.Storage] = value;
            _examples[value] = tensor;
            _captures.Add(tensor);
        }

        return value;
    }

    private bool IsUsable => _open && _thread == Environment.CurrentManagedThreadId;

    private void RequireUsable(string what)
    {
        if (!_open)
        {
            throw new InvalidOperationException(
                $"{what} has an operand that belongs to a finished trace: a tensor was kept from inside a traced function. "
                    + "Return it as an auxiliary output instead.");
        }

        if (_thread != Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException($"{what} has an operand that is being traced on another thread; a traced function works on one thread.");
        }
    }
}
