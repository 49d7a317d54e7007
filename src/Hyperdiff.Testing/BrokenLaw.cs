namespace Hyperdiff.Testing;

/// <summary>A law that does not hold.</summary>
/// <param name="Law">The law, in words.</param>
/// <param name="Counterexample">The smallest case in which it is broken, and what happened there.</param>
public sealed record BrokenLaw(string Law, string Counterexample);
