using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary>What a graph computed.</summary>
/// <param name="Outputs">Its outputs, of the shapes that the graph says.</param>
/// <param name="Reports">The reports of the solves within; empty when the graph was recorded in a trace, which then carries them.</param>
public readonly record struct GraphResult(Tensor[] Outputs, ImmutableArray<SolveReport> Reports)
{
    /// <summary>The outputs, which rest on converged solves only.</summary>
    /// <param name="what">What they are, for the message.</param>
    /// <exception cref="SolveException">A solve within the graph did not converge.</exception>
    public Tensor[] EnsureConverged(string what)
    {
        SolveException.ThrowUnlessConverged(what, Reports);
        return Outputs;
    }

    /// <summary>Outputs and reports, one below the other.</summary>
    public override string ToString() => string.Join(Environment.NewLine, [.. Outputs.Select(output => $"{output}"), .. Reports.Select(report => $"{report}")]);
}

/// <summary>A solve within a graph, whose report is an auxiliary output.</summary>
/// <param name="Solver">The name of the solver.</param>
/// <param name="Value">The report as numbers; of a batch, one for each item.</param>
public readonly record struct GraphReport(string Solver, Value Value);
