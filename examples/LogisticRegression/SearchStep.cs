namespace LogisticRegression;

/// <summary>One step of a search.</summary>
/// <param name="Number">0 for the start.</param>
/// <param name="Settings">The settings of this step.</param>
/// <param name="Hypergradient">The validation loss there, its gradient, and the evidence.</param>
/// <param name="Elapsed">What the hypergradient took.</param>
internal sealed record SearchStep(int Number, Settings Settings, HypergradientResult<Weights, Settings> Hypergradient, TimeSpan Elapsed);
