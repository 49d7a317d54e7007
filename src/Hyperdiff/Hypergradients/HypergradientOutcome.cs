namespace Hyperdiff;

/// <summary>What a method computed, as leaves: the typed result is made of it where the types are known, so that no method is generic inside.</summary>
/// <param name="Parts">What every method computes.</param>
internal abstract record HypergradientOutcome(HypergradientParts Parts);
