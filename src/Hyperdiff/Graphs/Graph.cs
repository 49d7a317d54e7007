using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hyperdiff.Graphs;

/// <summary>A pure function of tensors, written out: inputs, equations in an order in which they can run, outputs, and the reports of the solves
/// within.</summary>
public sealed class Graph
{
    // more sizes of a batch, or windows of a solver, than a program alternates between
    private const int VariantsKept = 8;

    private readonly RecentlyUsed<IDerivation, object> _derived = new(VariantsKept, key => key.Kind);
    private ConditionalWeakTable<object, RecentlyUsed<IDerivation, object>>? _derivedWith;
    private IExecutable? _onHost;

    internal Graph(ImmutableArray<Value> inputs, ImmutableArray<Equation> equations, ImmutableArray<Value> outputs, ImmutableArray<GraphReport> reports) =>
        (Inputs, Equations, Outputs, Reports) = (inputs, equations, outputs, reports);

    /// <summary>The inputs, in order.</summary>
    public ImmutableArray<Value> Inputs { get; }

    /// <summary>The equations: each uses inputs and results of earlier ones.</summary>
    public ImmutableArray<Equation> Equations { get; }

    /// <summary>The outputs, in order; inputs may be among them.</summary>
    public ImmutableArray<Value> Outputs { get; }

    /// <summary>Whether all that it is made of is: see <see cref="Primitive.IsValue"/>.</summary>
    internal bool IsValue => Derive(IsValueKey.Instance, static graph =>
        new StrongBox<bool>(graph.Equations.All(equation => equation.Primitive.IsValue))).Value;

    /// <summary>One more than the greatest number of a value: how long a table of them is.</summary>
    internal int Numbers
    {
        get
        {
            if (field == 0)
            {
                foreach (Value input in Inputs)
                {
                    field = Math.Max(field, input.Number + 1);
                }

                foreach (Equation equation in Equations)
                {
                    field = Math.Max(field, equation.Results is [.., var last] ? last.Number + 1 : 0);
                }
            }

            return field;
        }

        init;
    }

    /// <summary>Whether nothing simpler stands for any of its equations, and none stands in it twice.</summary>
    internal bool IsSimplified { get; init; }

    /// <summary>The types of the inputs.</summary>
    internal ImmutableArray<TensorType> InputTypes
    {
        get => field.IsDefault ? field = [.. Inputs.Select(input => input.Type)] : field;
    }

    /// <summary>The types of the outputs.</summary>
    internal ImmutableArray<TensorType> OutputTypes
    {
        get => field.IsDefault ? field = [.. Outputs.Select(output => output.Type)] : field;
    }

    /// <summary>The reports of all solves, in the order in which they run.</summary>
    public ImmutableArray<GraphReport> Reports { get; }

    /// <summary>Whether ranks exchange numbers within.</summary>
    internal bool Communicates => Derive(CommunicatesKey.Instance, static graph =>
        new StrongBox<bool>(graph.Equations.Any(equation => equation.Primitive.Communicates))).Value;

    /// <summary>Whether an equation may have no result: see <see cref="Primitive.MayFail"/>.</summary>
    internal bool MayFail => Derive(MayFailKey.Instance, static graph =>
        new StrongBox<bool>(graph.Equations.Any(equation => equation.Primitive.MayFail))).Value;

    /// <summary>Whether it computes in <c>float32</c> somewhere, whatever its inputs and outputs are.</summary>
    internal bool ComputesInFloat32 => Derive(ComputesInFloat32Key.Instance, static graph =>
        new StrongBox<bool>(graph.Equations.Any(equation => equation.Results.Any(result => result.Type.DType == DType.Float32)
            || equation.Primitive.Bodies.Any(body => body.ComputesInFloat32)))).Value;

    /// <summary>
    /// Applies the function: compiled and run at once if all operands are concrete; otherwise its equations are recorded in the innermost trace among them.
    /// </summary>
    /// <param name="operands">One per input, of its shape and element type.</param>
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
        (Tensor[] outputs, ImmutableArray<ItemReport> reports) = RunWithItems(backend, operands);
        return new GraphResult(outputs, reports.IsEmpty ? [] : [.. reports.Select(report => report.Named)]);
    }

    /// <summary>Runs the graph, and tells of every solve, those within its primitives included, which item of a batch it was of.</summary>
    internal (Tensor[] Outputs, ImmutableArray<ItemReport> Reports) RunWithItems(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(backend);
        Nesting.RequireStack();
        using SolvesWithin.Collection within = SolvesWithin.Collect();
        Tensor[] all = Executed(backend, operands);
        ImmutableArray<ItemReport> found = SolvesWithin.Found;
        return Reports.IsEmpty
            ? (all, found)
            : (all[..Outputs.Length], [.. Reports.SelectMany((report, i) => SolveReports.Items(report.Solver, all[Outputs.Length + i])), .. found]);
    }

    private Tensor[] Executed(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        IExecutable executable = Executable(backend);
        try
        {
            return executable.Run(operands);
        }
        catch (OutOfMemoryException exception) when (exception is not InsufficientMemoryException)
        {
            throw Room.Exhausted($"a function of {Equations.Length} equations, which takes up to {executable.PeakBytes} bytes", exception);
        }
    }

    /// <summary>Runs the graph within a primitive that has no result for the reports of its solves: the run around is told of them.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="operands">The operands.</param>
    /// <param name="what">What rests on the solves.</param>
    /// <exception cref="SolveException">There is no run around, and a solve did not converge.</exception>
    internal Tensor[] RunWithin(IBackend backend, ReadOnlySpan<Tensor> operands, string what)
    {
        (Tensor[] outputs, ImmutableArray<ItemReport> reports) = RunWithItems(backend, operands);
        SolvesWithin.Tell(what, reports);
        return outputs;
    }

    /// <summary>The plan of this graph on a backend, compiled at the first call.</summary>
    public IExecutable Executable(IBackend backend) => ReferenceEquals(backend, HostExecution.Backend)
        ? _onHost ??= Derive(ExecutableKey.Instance, static graph => Compiled(graph, HostExecution.Backend))
        : DeriveWith(backend, ExecutableKey.Instance, graph => Compiled(graph, backend));

    private static IExecutable Compiled(Graph graph, IBackend backend)
    {
        Telemetry.Compilation();
        return backend.Compile(graph);
    }

    /// <summary>Something computed from this graph alone, kept with it: plans, linearizations, transposes.</summary>
    /// <param name="key">Names what is computed.</param>
    /// <param name="make">Computes it; may run twice if two threads ask at once, and one result is kept.</param>
    internal T Derive<T>(IDerivation<T> key, Func<Graph, T> make)
        where T : class => Derive(_derived, key, make);

    /// <summary>Something computed from this graph and something else, such as another graph, kept while both are there.</summary>
    /// <param name="other">The other object, by reference.</param>
    /// <param name="key">Names what is computed.</param>
    /// <param name="make">Computes it. What it makes may hold on to the other object, but not to this graph.</param>
    internal T DeriveWith<T>(object other, IDerivation<T> key, Func<Graph, T> make)
        where T : class => Derive(
            LazyInitializer.EnsureInitialized(ref _derivedWith)
                .GetValue(other, static _ => new RecentlyUsed<IDerivation, object>(VariantsKept, key => key.Kind)),
            key,
            make);

    private T Derive<T>(RecentlyUsed<IDerivation, object> kept, IDerivation key, Func<Graph, T> make)
        where T : class
    {
        if (kept.Find(key) is { } known)
        {
            return (T)known;
        }

        Nesting.RequireStack();
        return (T)kept.Keep(key, make(this));
    }

    /// <summary>The graph as text: one line per equation.</summary>
    public override string ToString()
    {
        Nesting.RequireStack();
        var names = new Dictionary<Value, string>();
        string Name(Value value) => names.TryGetValue(value, out string? name) ? name : names[value] = $"v{names.Count}";
        string List(IEnumerable<Value> values) => string.Join(", ", values.Select(Name));
        var text = new StringBuilder();
        text.AppendLine($"inputs {string.Join(", ", Inputs.Select(input => $"{Name(input)}: {input.Type}"))}");
        foreach (Equation equation in Equations)
        {
            text.AppendLine(
                $"{string.Join(", ", equation.Results.Select(result => $"{Name(result)}: {result.Type}"))} = {equation.Primitive} ({List(equation.Operands)})");
        }

        return text.Append($"outputs {List(Outputs)}{(Reports.IsEmpty ? string.Empty : $"; reports {List(Reports.Select(report => report.Value))}")}")
            .ToString();
    }

    private Tensor[] Inline(Trace trace, ReadOnlySpan<Tensor> operands)
    {
        if (trace.Inlined(this, operands) is { } inlined)
        {
            return inlined;
        }

        var tensors = new ValueMap<Tensor>(this);
        for (int i = 0; i < operands.Length; i++)
        {
            tensors.Set(Inputs[i], Inputs[i].Type.VariesAcross is { } ranks && operands[i].Type.VariesAcross is null
                ? new ToEachRank(ranks).Apply(operands[i])[0] : operands[i]);
        }

        foreach (Equation equation in Equations)
        {
            Tensor[] taken = tensors.Of(equation.Operands);

            // what is computed from constants alone is not a constant of the trace unless it is recorded there: it would be taken from outside; and a
            // solve of what is known would be made at once, with nobody to tell how it ended
            bool constant = taken.Length > 0 && Array.TrueForAll(taken, tensor => tensor.Storage is UniformStorage);
            bool told = equation.Primitive.ReportResult is not null && Array.TrueForAll(taken, tensor => !tensor.IsTraced);
            tensors.Set(equation.Results, constant || told ? trace.Record(equation.Primitive, taken) : equation.Primitive.Apply(taken));
        }

        return tensors.Of(Outputs);
    }

    private void RequireOperands(ReadOnlySpan<Tensor> operands)
    {
        if (operands.Length != Inputs.Length)
        {
            throw new ArgumentException($"This function takes {Inputs.Length} tensors, and {operands.Length} were given.", nameof(operands));
        }

        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i] is null)
            {
                throw new ArgumentException($"Operand {i} of a function that was traced for {Inputs[i].Type} is null.", nameof(operands));
            }

            TensorType type = operands[i].Type;
            if (type.IsLike(Inputs[i].Type))
            {
                if (type.VariesAcross is not null && Inputs[i].Type.VariesAcross is null)
                {
                    Replication.Require($"Operand {i} of a function that was traced for one that is the same on all ranks", type);
                }
            }
            else
            {
                throw new ShapeMismatchException(
                    $"Operand {i} of a function that was traced for {Inputs[i].Type} is {operands[i].Type}; trace it anew for these types.");
            }
        }
    }

    private sealed record CommunicatesKey : IDerivation<StrongBox<bool>>
    {
        public static CommunicatesKey Instance { get; } = new();
    }

    private sealed record IsValueKey : IDerivation<StrongBox<bool>>
    {
        public static IsValueKey Instance { get; } = new();
    }

    private sealed record MayFailKey : IDerivation<StrongBox<bool>>
    {
        public static MayFailKey Instance { get; } = new();
    }

    private sealed record ComputesInFloat32Key : IDerivation<StrongBox<bool>>
    {
        public static ComputesInFloat32Key Instance { get; } = new();
    }

    private sealed record ExecutableKey : IDerivation<IExecutable>
    {
        public static ExecutableKey Instance { get; } = new();
    }
}
