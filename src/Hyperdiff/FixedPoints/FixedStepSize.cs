namespace Hyperdiff;

/// <summary>The same step size throughout.</summary>
/// <param name="Rate">η.</param>
public sealed record FixedStepSize(double Rate) : StepSize;
