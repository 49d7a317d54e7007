namespace LogisticRegression;

/// <summary>One step of a search.</summary>
/// <param name="Number">0 for the start.</param>
/// <param name="Penalty">The penalties of this step.</param>
/// <param name="Hypergradient">The validation loss there, its gradient, and the evidence.</param>
/// <param name="Elapsed">What the hypergradient took.</param>
internal sealed record SearchStep(int Number, Penalty Penalty, HypergradientResult<Weights, Penalty> Hypergradient, TimeSpan Elapsed);
