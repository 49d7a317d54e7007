using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff.Graphs;

/// <summary>A graph under construction.</summary>
public sealed class GraphBuilder
{
    [ThreadStatic]
    private static long s_made;

    private readonly ImmutableArray<Value>.Builder _inputs = ImmutableArray.CreateBuilder<Value>();
    private readonly ImmutableArray<Equation>.Builder _equations = ImmutableArray.CreateBuilder<Equation>();
    private readonly ImmutableArray<GraphReport>.Builder _reports = ImmutableArray.CreateBuilder<GraphReport>();
    private readonly EquationTable? _known;
    private readonly Emitter? _emit;
    private readonly bool _joinsSolves;
    private readonly Rewriter? _further;
    private TensorType[] _operandTypes = new TensorType[4];
    private int _numbers;
    private int _looked;

    /// <summary>A graph whose equations are those that are added.</summary>
    public GraphBuilder()
    {
    }

    private GraphBuilder(Graph? beside, bool joinsSolves, Func<Emitter, Rewriter>? further)
    {
        int equations = beside?.Equations.Length ?? 0;
        (_numbers, _joinsSolves, _known) = (beside?.Numbers ?? 0, joinsSolves, new EquationTable(equations));
        _equations.Capacity = equations;
        _emit = (primitive, operands) => Add(primitive, operands)[0];
        _further = further?.Invoke(_emit);
    }

    /// <summary>How many equations were made on this thread, in all graphs.</summary>
    internal static long Made => s_made;

    /// <summary>A graph that is simplified as it grows: what is added is the simplest that computes the same bits, and nothing is added twice.</summary>
    /// <param name="beside">A graph whose values are taken as they are, where they are taken; null for none.</param>
    /// <param name="joinsSolves">Whether of two solves that are the same one is made; not where each is to be told of.</param>
    /// <param name="further">Further values that stand for others; what they do to bits is theirs to say.</param>
    internal static GraphBuilder Simplifying(Graph? beside = null, bool joinsSolves = false,
        Func<Emitter, Rewriter>? further = null) => new(beside, joinsSolves, further);

    /// <summary>Adds an input.</summary>
    public Value Input(TensorType type)
    {
        var value = new Value(type, null, _numbers++);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Adds an input of the graph beside as it is.</summary>
    internal void Take(Value input) => _inputs.Add(input);

    /// <summary>Adds an equation of the graph beside as it is, of which it is known that nothing simpler stands for it, nor one that was added.</summary>
    internal void Take(Equation equation)
    {
        Work.Equation(_looked++);
        Add(EquationTable.Hash(equation.Primitive, equation.Operands), equation);
    }

    /// <summary>Adds an equation; its result types are inferred.</summary>
    public ImmutableArray<Value> Add(Primitive primitive, params ReadOnlySpan<Value> operands) =>
        Add(primitive, ImmutableCollectionsMarshal.AsImmutableArray(operands.ToArray()));

    /// <summary>Adds an equation with these operands as they stand.</summary>
    internal ImmutableArray<Value> Add(Primitive primitive, ImmutableArray<Value> operands)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        Work.Equation(_looked++);
        if (operands.Length > _operandTypes.Length)
        {
            _operandTypes = new TensorType[operands.Length];
        }

        for (int i = 0; i < operands.Length; i++)
        {
            _operandTypes[i] = operands[i].Type;
        }

        ReadOnlySpan<TensorType> types = _operandTypes.AsSpan(0, operands.Length);
        if (primitive is not Operation operation)
        {
            return Add(primitive, operands, Replication.Results(primitive, types, primitive.Infer(types)));
        }

        TensorType result = operation.InferResult(types);
        return Add(primitive, operands, Replication.Results(primitive, types, new ReadOnlySpan<TensorType>(in result)));
    }

    /// <summary>Adds an equation of the graph beside: as it is, if its operands are.</summary>
    /// <param name="equation">The equation.</param>
    /// <param name="operands">What stands for its operands.</param>
    /// <param name="isSimple">Whether it is known that nothing simpler stands for it.</param>
    internal ImmutableArray<Value> Add(Equation equation, ReadOnlySpan<Value> operands, bool isSimple)
    {
        if (!equation.Operands.AsSpan().SequenceEqual(operands))
        {
            return Add(equation.Primitive, operands);
        }

        Work.Equation(_looked++);
        return !isSimple && Simpler(equation.Primitive, equation.Operands) is { } simpler ? simpler.Alone
            : Known(equation.Primitive, equation.Operands, out int hash) ?? Add(hash, equation);
    }

    /// <summary>The graph with these outputs, and all reports of what was added.</summary>
    public Graph Build(params ReadOnlySpan<Value> outputs) => new(_inputs.ToImmutable(), _equations.ToImmutable(), [.. outputs], _reports.ToImmutable())
    {
        Numbers = _numbers,
        IsSimplified = _known is not null && (_joinsSolves || _reports.Count == 0),
    };

    /// <inheritdoc/>
    public override string ToString() => $"a graph of {_equations.Count} equations so far";

    private ImmutableArray<Value> Add(Primitive primitive, ImmutableArray<Value> operands, ReadOnlySpan<TensorType> results)
    {
        if (Simpler(primitive, operands) is { } simpler)
        {
            return simpler.Alone;
        }

        if (Known(primitive, operands, out int hash) is { } known)
        {
            return known;
        }

        s_made++;
        return Add(hash, new Equation(primitive, operands, results, _numbers));
    }

    private ImmutableArray<Value> Add(int hash, Equation equation)
    {
        _numbers = Math.Max(_numbers, equation.Results is [.., var last] ? last.Number + 1 : 0);
        _equations.Add(equation);
        _known?.Add(hash);
        if (equation.Primitive.ReportResult is { } report)
        {
            _reports.Add(new GraphReport(equation.Primitive.Name, equation.Results[report]));
        }

        return equation.Results;
    }

    private ImmutableArray<Value>? Known(Primitive primitive, ImmutableArray<Value> operands, out int hash)
    {
        hash = 0;
        return _known?.Find(_equations, primitive, operands, out hash) is { } known && (_joinsSolves || primitive.ReportResult is null) ? known.Results : null;
    }

    private Value? Simpler(Primitive primitive, ImmutableArray<Value> operands)
    {
        if (_emit is null)
        {
            return null;
        }

        return Folded(primitive, operands) ?? primitive.Simpler(operands, _emit) ?? _further?.Invoke(primitive, operands);
    }

    // what is computed from constants alone is a constant
    private Value? Folded(Primitive primitive, ImmutableArray<Value> operands)
    {
        if (primitive is not Operation operation || operands.IsEmpty)
        {
            return null;
        }

        foreach (Value operand in operands)
        {
            if (operand.Definition?.Primitive is not Fill)
            {
                return null;
            }
        }

        var types = new TensorType[operands.Length];
        var scalars = new double[operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            (types[i], scalars[i]) = (operands[i].Type, ((Fill)operands[i].Definition!.Primitive).Scalar);
        }

        return operation.FoldUniform(types, scalars) is { } scalar ? _emit!(new Fill(scalar, operation.InferResult(types)), []) : null;
    }
}
