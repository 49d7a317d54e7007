namespace Hyperdiff.Graphs;

/// <summary>Runs a graph again and again, its results in two sets of memory by turns: for an iteration that feeds on its own results.</summary>
/// <remarks>A result is valid until the call after the next: that call may have it as an operand, the one after overwrites it. What is kept longer must be copied.</remarks>
/// <param name="graph">The graph.</param>
/// <param name="shared">Its first operands, the same in every call.</param>
internal sealed class AlternatingRun(Graph graph, Tensor[] shared)
{
    private readonly PooledRun _run = new(graph, shared, sharedFirst: true);
    private Tensor[] _last = [];
    private Tensor[] _beforeLast = [];

    /// <summary>The outputs.</summary>
    /// <param name="what">What they are, for the message.</param>
    /// <param name="operands">The operands after the shared ones; as many in every call.</param>
    /// <exception cref="SolveException">A solve within the graph did not converge.</exception>
    public Tensor[] Run(string what, params ReadOnlySpan<Tensor> operands)
    {
        _run.Release(_beforeLast);
        Tensor[] results = _run.Run(what, operands);
        (_beforeLast, _last) = (_last, results);
        return results;
    }
}
