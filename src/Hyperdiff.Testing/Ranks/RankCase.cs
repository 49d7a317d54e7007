namespace Hyperdiff.Testing;

/// <summary>Something computed from samples, all of them or shares.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Compute">Its results, from samples of one rank or shared among several.</param>
/// <param name="Tolerance">How far they may be from those of one rank, relative to their size.</param>
internal sealed record RankCase(string Name, Func<RankSamples, Tensor[]> Compute, double Tolerance);
