namespace Hyperdiff.Graphs;

/// <summary>Runs a graph again and again, its results in two sets of memory by turns: an iteration that feeds on its own results allocates no vectors.</summary>
/// <remarks>A result is valid until the call after the next: that call may have it as an operand, the one after overwrites it. What is kept longer must be copied.</remarks>
/// <param name="graph">The graph.</param>
/// <param name="shared">Its first operands, the same in every call.</param>
internal sealed class AlternatingRun(Graph graph, Tensor[] shared)
{
    private readonly HostArray[][] _arrays = new HostArray[2][];
    private readonly Tensor[][] _tensors = new Tensor[2][];
    private IExecutable? _plan;
    private Tensor[] _operands = [];
    private int _turn;

    /// <summary>The outputs.</summary>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="operands">The operands after the shared ones; as many in every call.</param>
    /// <exception cref="SolveException">A solve within the graph did not converge.</exception>
    public Tensor[] Run(string what, params ReadOnlySpan<Tensor> operands)
    {
        if (_operands.Length == 0)
        {
            _operands = [.. shared, .. operands];
        }

        operands.CopyTo(_operands.AsSpan(shared.Length));

        // an iteration over values that are being traced is part of the trace
        if (Trace.Innermost(null, _operands) is not null)
        {
            return graph.Call(_operands).Converged(what);
        }

        _plan ??= graph.Executable(Eager.BackendOf(what, _operands));
        if (_arrays[_turn] is null)
        {
            _arrays[_turn] = [.. graph.Outputs.Concat(graph.Reports.Select(report => report.Value)).Select(value => HostArray.Allocate(value.Type))];
            _tensors[_turn] = Array.ConvertAll(_arrays[_turn], Tensor.FromHost);
        }

        _plan.RunInto(_operands, _arrays[_turn]);
        Tensor[] results = _tensors[_turn];
        for (int i = 0; i < graph.Reports.Length; i++)
        {
            SolveException.ThrowUnlessConverged(what, [SolveReport.FromTensor(graph.Reports[i].Solver, results[graph.Outputs.Length + i])]);
        }

        _turn = 1 - _turn;
        return graph.Reports.IsEmpty ? results : results[..graph.Outputs.Length];
    }
}
