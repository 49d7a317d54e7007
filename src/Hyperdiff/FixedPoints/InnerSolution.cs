namespace Hyperdiff;

/// <summary>What an inner solver found, and how far it got.</summary>
/// <param name="State">All leaves of the state.</param>
/// <param name="Report">Status, iterations, residual.</param>
internal sealed record InnerSolution(Tensor[] State, SolveReport Report);
