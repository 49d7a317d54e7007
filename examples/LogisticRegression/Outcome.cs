namespace LogisticRegression;

/// <summary>What some settings are worth.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Validation">The mean loss on held-out samples, by which tuned ones were chosen.</param>
/// <param name="Test">Of a model that was trained on all training samples.</param>
internal sealed record Outcome(string Name, double Validation, Score Test);
