namespace Hyperdiff.Graphs;

/// <summary>Runs a graph again and again, into memory of results that were given back: an iteration that gives back what it is done with allocates no
/// vectors.</summary>
/// <param name="graph">The graph.</param>
/// <param name="shared">Its last operands, the same in every call.</param>
internal sealed class PooledRun(Graph graph, Tensor[] shared)
{
    private readonly Dictionary<Tensor[], ResultSet> _sets = [];
    private readonly Stack<ResultSet> _free = [];
    private IBackend? _backend;
    private IExecutable? _plan;
    private Tensor[] _operands = [];

    /// <summary>The outputs, valid until they are given back.</summary>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="operands">The operands before the shared ones; as many in every call.</param>
    /// <exception cref="SolveException">A solve within the graph did not converge.</exception>
    public Tensor[] Run(string what, params ReadOnlySpan<Tensor> operands)
    {
        if (_operands.Length == 0)
        {
            _operands = [.. operands, .. shared];
        }

        operands.CopyTo(_operands);

        // an iteration over values that are being traced is part of the trace
        if (Trace.Innermost(null, _operands) is not null)
        {
            return graph.Call(_operands).EnsureConverged(what);
        }

        IBackend backend = _backend ??= Eager.BackendOf(what, _operands);
        _plan ??= graph.Executable(backend);
        if (!_free.TryPop(out ResultSet? results))
        {
            results = new ResultSet(graph, backend);
            _sets[results.Outputs] = results;
        }

        using (SolvesWithin.Demand())
        {
            _plan.RunInto(_operands, results.Tensors);
        }

        for (int i = 0; i < graph.Reports.Length; i++)
        {
            SolveReports.ThrowUnlessConverged(what, graph.Reports[i].Solver, results.Tensors[graph.Outputs.Length + i]);
        }

        return results.Outputs;
    }

    /// <summary>Gives outputs back, whose memory a later call overwrites. What did not come from here is left alone.</summary>
    public void Release(Tensor[] outputs)
    {
        if (_sets.TryGetValue(outputs, out ResultSet? results))
        {
            _free.Push(results);
        }
    }

    /// <summary>Memory for the results of one call.</summary>
    private sealed class ResultSet
    {
        public ResultSet(Graph graph, IBackend backend)
        {
            Outputs = [.. graph.Outputs.Select(output => backend.Allocate(output.Type))];
            Tensors = graph.Reports.IsEmpty ? Outputs : [.. Outputs, .. graph.Reports.Select(report => HostMemory.Allocate(report.Value.Type))];
        }

        public Tensor[] Tensors { get; }

        public Tensor[] Outputs { get; }
    }
}
