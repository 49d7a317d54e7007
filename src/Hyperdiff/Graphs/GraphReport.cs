namespace Hyperdiff.Graphs;

/// <summary>A solve within a graph, whose report is an auxiliary output.</summary>
/// <param name="Solver">The name of the solver.</param>
/// <param name="Value">The report as numbers; of a batch, one for each item.</param>
public readonly record struct GraphReport(string Solver, Value Value);
