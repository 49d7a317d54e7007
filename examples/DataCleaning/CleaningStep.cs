namespace DataCleaning;

/// <summary>A hypergradient on the way.</summary>
/// <param name="Number">From 0 on.</param>
/// <param name="Hyper">λ.</param>
/// <param name="Hypergradient">There, with its evidence.</param>
internal sealed record CleaningStep(int Number, SampleWeights Hyper, ImplicitHypergradient<Weights, SampleWeights> Hypergradient);
