namespace Hyperdiff.Graphs;

/// <summary>Runs a graph again and again, its results in a few sets of memory by turns: for an iteration that feeds on its own results.</summary>
/// <remarks>With a reach of 1, a result is valid until the call after the next: that call may have it as an operand, the one after overwrites it. What is kept
/// longer must be copied.</remarks>
/// <param name="graph">The graph.</param>
/// <param name="shared">Its last operands, the same in every call.</param>
/// <param name="reach">From how many calls back operands may come: there is one set of memory more.</param>
internal sealed class AlternatingRun(Graph graph, Tensor[] shared, int reach = 1)
{
    private readonly PooledRun _run = new(graph, shared);
    private readonly Queue<Tensor[]> _valid = [];

    /// <summary>The outputs.</summary>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="operands">The operands before the shared ones; as many in every call.</param>
    /// <exception cref="SolveException">A solve within the graph did not converge.</exception>
    public Tensor[] Run(string what, params ReadOnlySpan<Tensor> operands)
    {
        if (_valid.Count > reach)
        {
            _run.Release(_valid.Dequeue());
        }

        Tensor[] results = _run.Run(what, operands);
        _valid.Enqueue(results);
        return results;
    }
}
