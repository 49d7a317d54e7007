using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff.Graphs;

/// <summary>A graph under construction.</summary>
public sealed class GraphBuilder
{
    private readonly ImmutableArray<Value>.Builder _inputs = ImmutableArray.CreateBuilder<Value>();
    private readonly ImmutableArray<Equation>.Builder _equations = ImmutableArray.CreateBuilder<Equation>();
    private readonly ImmutableArray<GraphReport>.Builder _reports = ImmutableArray.CreateBuilder<GraphReport>();

    /// <summary>Adds an input.</summary>
    public Value Input(TensorType type)
    {
        var value = new Value(type, null);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Adds an equation; its result types are inferred.</summary>
    public ImmutableArray<Value> Add(Primitive primitive, params ReadOnlySpan<Value> operands)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        Work.Equation(_equations.Count);
        var types = new TensorType[operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = operands[i].Type;
        }

        var equation = new Equation(primitive, ImmutableCollectionsMarshal.AsImmutableArray(operands.ToArray()), primitive.Infer(types));
        _equations.Add(equation);
        if (primitive.ReportResult is { } report)
        {
            _reports.Add(new GraphReport(primitive.Name, equation.Results[report]));
        }

        return equation.Results;
    }

    /// <summary>The graph with these outputs, and all reports of what was added.</summary>
    public Graph Build(params ReadOnlySpan<Value> outputs) => new(_inputs.ToImmutable(), _equations.ToImmutable(), [.. outputs], _reports.ToImmutable());
}
