using System.Globalization;

namespace Hyperdiff.Graphs;

/// <summary>A graph that runs equation by equation on a backend with memory of its own. What an operation computes is given back after its last use.</summary>
/// <remarks>
/// Constants are made at the first run and kept. Results are new memory, never that of an operand, which its owner may overwrite. What loops, solves and rules
/// of the user's return is left to the garbage collector, since they may keep it, and may return what they were given.
/// </remarks>
internal sealed class DevicePlan : IExecutable
{
    private readonly Graph _graph;
    private readonly DeviceBackend _backend;
    private readonly Step[] _steps;
    private readonly Value[] _results;

    // which results may lie in memory of an operand
    private readonly bool[] _shares;
    private readonly Dictionary<Value, Tensor> _constants = [];
    private readonly Lock _making = new();

    public DevicePlan(Graph graph, DeviceBackend backend)
    {
        (_graph, _backend) = (graph, backend);
        _results = [.. graph.Outputs, .. graph.Reports.Select(report => report.Value)];
        var uses = new Dictionary<Value, int>();
        for (int i = 0; i < graph.Equations.Length; i++)
        {
            foreach (Value value in graph.Equations[i].Operands.Concat(graph.Equations[i].Results))
            {
                uses[value] = i;
            }
        }

        var kept = graph.Equations.Where(equation => equation.Primitive.MayKeepOperands).SelectMany(equation => equation.Operands).Concat(_results).ToHashSet();
        ILookup<int, Value> last = uses.Where(use => IsOwn(use.Key) && !kept.Contains(use.Key))
            .ToLookup(use => use.Value, use => use.Key);
        _steps = [.. graph.Equations.Select((equation, i) => new Step(equation, backend.HasKernel(equation), [.. last[i]]))];
        _shares = SharedWith(graph, backend);
        PeakBytes = Peak();
    }

    /// <inheritdoc/>
    public long PeakBytes { get; }

    /// <inheritdoc/>
    public Tensor[] Run(ReadOnlySpan<Tensor> operands)
    {
        ValueMap<Tensor> values = Evaluate(operands);
        var results = new Tensor[_results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            Tensor result = values[_results[i]];
            results[i] = result.Storage is BackendStorage && (_shares[i] || IsAmong(result.Storage, operands)) ? Eager.Copy(result) : result;
        }

        return results;
    }

    /// <inheritdoc/>
    public void RunInto(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results)
    {
        ValueMap<Tensor> values = Evaluate(operands);
        for (int i = 0; i < results.Length; i++)
        {
            results[i].Overwrite(values[_results[i]]);
        }

        Release(values, _results);
    }

    /// <summary>What the plan does, and which operations it leaves to the host.</summary>
    public override string ToString()
    {
        string host = _backend.Describe(_graph);
        return string.Create(CultureInfo.InvariantCulture, $"{_steps.Length} equations on {_backend.Name}, at most {PeakBytes:N0} bytes at once")
            + (host.Length == 0 ? string.Empty : Environment.NewLine + host);
    }

    private ValueMap<Tensor> Evaluate(ReadOnlySpan<Tensor> operands)
    {
        var values = new ValueMap<Tensor>(_graph);
        for (int i = 0; i < operands.Length; i++)
        {
            values.Set(_graph.Inputs[i], operands[i]);
        }

        int next = 0;
        try
        {
            for (; next < _steps.Length; next++)
            {
                Step step = _steps[next];
                if (step.Equation.Primitive is Fill fill)
                {
                    values.Set(step.Equation.Results[0], ConstantOf(step.Equation.Results[0], fill.Scalar));
                }
                else
                {
                    Tensor[] given = values.Of(step.Equation.Operands);
                    Tensor[] results = _backend.Execute(step.Equation.Primitive, given, step.HasKernel);
                    values.Set(step.Equation.Results, step.Equation.Primitive.WorksOnHost ? results : Apart(results, given));
                }

                Release(values, step.Last);
            }
        }
        catch
        {
            // what is still in use by then is given back as well
            Step[] made = _steps[..next];
            Release(values, made.SelectMany(step => step.Equation.Results).Except(made.SelectMany(step => step.Last)));
            throw;
        }

        return values;
    }

    // a loop without a step returns what it was given, which is released after its own last use
    private static Tensor[] Apart(Tensor[] results, Tensor[] given) => Array.ConvertAll(
        results, result => result.Storage is BackendStorage && IsAmong(result.Storage, given) ? Eager.Copy(result) : result);

    private Tensor ConstantOf(Value value, double scalar)
    {
        lock (_making)
        {
            if (!_constants.TryGetValue(value, out Tensor? constant))
            {
                constant = _backend.Constant(value.Type, scalar);
                _constants.Add(value, constant);
            }

            return constant;
        }
    }

    private static void Release(ValueMap<Tensor> values, IEnumerable<Value> all)
    {
        foreach (Value value in all.Distinct())
        {
            if (IsOwn(value))
            {
                (values[value].Storage as BackendStorage)?.Release();
            }
        }
    }

    private static bool IsOwn(Value value) => value.Definition is { Primitive: { WorksOnHost: true } and not Fill };

    private static bool IsAmong(TensorStorage storage, ReadOnlySpan<Tensor> operands)
    {
        foreach (Tensor operand in operands)
        {
            if (ReferenceEquals(operand.Storage, storage))
            {
                return true;
            }
        }

        return false;
    }

    // windows are followed back, also through loops, which may return what they were given
    private static bool[] SharedWith(Graph graph, DeviceBackend backend)
    {
        var shared = new HashSet<Value>(graph.Inputs);
        foreach (Equation equation in graph.Equations)
        {
            if ((!equation.Primitive.WorksOnHost || backend.Shares(equation)) && equation.Operands.Any(shared.Contains))
            {
                shared.UnionWith(equation.Results);
            }
        }

        return [.. graph.Outputs.Concat(graph.Reports.Select(report => report.Value)).Select(value => IsOwn(value) && shared.Contains(value))];
    }

    private long Peak()
    {
        long live = 0, peak = 0;
        foreach (Step step in _steps)
        {
            live += step.Equation.Results.Sum(result => result.Type.Bytes);
            peak = Math.Max(peak, live + step.Equation.Primitive.WorkingBytes(_backend));
            live -= step.Last.Sum(value => value.Type.Bytes);
        }

        // what lies in memory of an operand is copied at the end
        var inputs = new HashSet<Value>(_graph.Inputs);
        return Math.Max(peak, live + _results.Where((result, i) => _shares[i] || inputs.Contains(result)).Sum(result => result.Type.Bytes));
    }

    private readonly record struct Step(Equation Equation, bool HasKernel, Value[] Last);
}
