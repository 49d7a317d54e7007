using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff.Graphs;

/// <summary>A graph under construction.</summary>
public sealed class GraphBuilder
{
    private readonly ImmutableArray<Value>.Builder _inputs = ImmutableArray.CreateBuilder<Value>();
    private readonly ImmutableArray<Equation>.Builder _equations = ImmutableArray.CreateBuilder<Equation>();
    private readonly ImmutableArray<GraphReport>.Builder _reports = ImmutableArray.CreateBuilder<GraphReport>();
    private TensorType[] _operandTypes = new TensorType[4];
    private int _values;

    /// <summary>Adds an input.</summary>
    public Value Input(TensorType type)
    {
        var value = new Value(type, null, _values++);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Adds an equation; its result types are inferred.</summary>
    public ImmutableArray<Value> Add(Primitive primitive, params ReadOnlySpan<Value> operands) =>
        Add(primitive, ImmutableCollectionsMarshal.AsImmutableArray(operands.ToArray()));

    /// <summary>Adds an equation with these operands as they stand.</summary>
    internal ImmutableArray<Value> Add(Primitive primitive, ImmutableArray<Value> operands)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        Work.Equation(_equations.Count);
        if (operands.Length > _operandTypes.Length)
        {
            _operandTypes = new TensorType[operands.Length];
        }

        for (int i = 0; i < operands.Length; i++)
        {
            _operandTypes[i] = operands[i].Type;
        }

        ReadOnlySpan<TensorType> types = _operandTypes.AsSpan(0, operands.Length);
        ReadOnlySpan<TensorType> results = primitive is Operation operation ? [operation.InferResult(types)] : primitive.Infer(types);
        var equation = new Equation(primitive, operands, Replication.Results(primitive, types, results), _values);
        _values += equation.Results.Length;
        _equations.Add(equation);
        if (primitive.ReportResult is { } report)
        {
            _reports.Add(new GraphReport(primitive.Name, equation.Results[report]));
        }

        return equation.Results;
    }

    /// <summary>The graph with these outputs, and all reports of what was added.</summary>
    public Graph Build(params ReadOnlySpan<Value> outputs) => new(_inputs.ToImmutable(), _equations.ToImmutable(), [.. outputs], _reports.ToImmutable());

    /// <inheritdoc/>
    public override string ToString() => $"a graph of {_equations.Count} equations so far";
}
