namespace Hyperdiff.Benchmarks.Objectives;

/// <summary>Derivatives of an objective.</summary>
/// <param name="Name">Which, as the peer knows them.</param>
/// <param name="Prepare">From what is given to the call that is timed, as the peer's does.</param>
internal sealed record ObjectiveMode(string Name, Func<Tensor[], Func<Tensor[]>> Prepare);
