using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;

namespace Hyperdiff.Graphs;

/// <summary>A pure function of tensors, written out: inputs, equations in an order in which they can run, outputs, and the reports of the solves within.</summary>
public sealed class Graph
{
    private readonly ConcurrentDictionary<object, object> _derived = new();

    internal Graph(ImmutableArray<Value> inputs, ImmutableArray<Equation> equations, ImmutableArray<Value> outputs, ImmutableArray<GraphReport> reports) =>
        (Inputs, Equations, Outputs, Reports) = (inputs, equations, outputs, reports);

    /// <summary>The inputs, in order.</summary>
    public ImmutableArray<Value> Inputs { get; }

    /// <summary>The equations: each uses inputs and results of earlier ones.</summary>
    public ImmutableArray<Equation> Equations { get; }

    /// <summary>The outputs, in order; inputs may be among them.</summary>
    public ImmutableArray<Value> Outputs { get; }

    /// <summary>The reports of all solves, in the order in which they run.</summary>
    public ImmutableArray<GraphReport> Reports { get; }

    /// <summary>
    /// Applies the function: compiled and run at once if all operands are concrete; otherwise its equations are recorded in the innermost trace among them.
    /// </summary>
    /// <param name="operands">One per input, of its type.</param>
    public GraphResult Call(ReadOnlySpan<Tensor> operands)
    {
        RequireOperands(operands);
        return Trace.Innermost(null, operands) is { } trace
            ? new GraphResult(Inline(trace, operands), [])
            : Run(Eager.BackendOf("a compiled function", operands), operands);
    }

    /// <summary>Runs the graph, compiled for a backend once and kept.</summary>
    public GraphResult Run(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(backend);
        Tensor[] all = Executable(backend).Run(operands);
        if (Reports.IsEmpty)
        {
            return new GraphResult(all, []);
        }

        ImmutableArray<SolveReport> reports = [.. Reports.SelectMany((report, i) => SolveReports.Read(report.Solver, all[Outputs.Length + i]))];
        return new GraphResult(all[..Outputs.Length], reports);
    }

    /// <summary>The plan of this graph on a backend, compiled at the first call.</summary>
    public IExecutable Executable(IBackend backend) => Derive(backend, (graph, key) => ((IBackend)key).Compile(graph));

    /// <summary>Something computed from this graph alone, kept with it: plans, linearizations, transposes.</summary>
    /// <param name="key">Names what is computed, by value.</param>
    /// <param name="make">Computes it; may run twice if two threads ask at once, and one result is kept.</param>
    internal T Derive<T>(object key, Func<Graph, object, T> make)
        where T : class => (T)_derived.GetOrAdd(key, static (key, state) => state.make(state.graph, key), (graph: this, make));

    /// <summary>The graph as text: one line per equation.</summary>
    public override string ToString()
    {
        var names = new Dictionary<Value, string>();
        string Name(Value value) => names.TryGetValue(value, out string? name) ? name : names[value] = $"v{names.Count}";
        string List(IEnumerable<Value> values) => string.Join(", ", values.Select(Name));
        var text = new StringBuilder();
        text.AppendLine($"inputs {string.Join(", ", Inputs.Select(input => $"{Name(input)}: {input.Type}"))}");
        foreach (Equation equation in Equations)
        {
            text.AppendLine($"{string.Join(", ", equation.Results.Select(result => $"{Name(result)}: {result.Type}"))} = {equation.Primitive} ({List(equation.Operands)})");
        }

        return text.Append($"outputs {List(Outputs)}{(Reports.IsEmpty ? string.Empty : $"; reports {List(Reports.Select(report => report.Value))}")}").ToString();
    }

    private Tensor[] Inline(Trace trace, ReadOnlySpan<Tensor> operands)
    {
        var tensors = new Dictionary<Value, Tensor>();
        for (int i = 0; i < Inputs.Length; i++)
        {
            tensors[Inputs[i]] = operands[i];
        }

        foreach (Equation equation in Equations)
        {
            Tensor[] taken = [.. equation.Operands.Select(operand => tensors[operand])];

            // what is computed from constants alone is no constant of the trace unless it is recorded there: it would be taken from outside
            bool constant = taken.Length > 0 && taken.All(tensor => tensor.Storage is UniformStorage);
            Tensor[] results = constant ? trace.Record(equation.Primitive, taken) : equation.Primitive.Apply(taken);
            for (int i = 0; i < results.Length; i++)
            {
                tensors[equation.Results[i]] = results[i];
            }
        }

        return [.. Outputs.Select(output => tensors[output])];
    }

    private void RequireOperands(ReadOnlySpan<Tensor> operands)
    {
        if (operands.Length != Inputs.Length)
        {
            throw new ArgumentException($"This function takes {Inputs.Length} tensors, and {operands.Length} were given.", nameof(operands));
        }

        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Type != Inputs[i].Type)
            {
                throw new ShapeMismatchException($"Operand {i} of a function that was traced for {Inputs[i].Type} is {operands[i].Type}; trace it anew for these types.");
            }
        }
    }
}
