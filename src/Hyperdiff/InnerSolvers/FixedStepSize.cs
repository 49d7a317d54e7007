namespace Hyperdiff;

/// <summary>The same step size throughout.</summary>
/// <param name="Rate">η.</param>
internal sealed record FixedStepSize(double Rate) : StepSize
{
    /// <summary>η.</summary>
    public double Rate { get; init => field = Allowed.Positive(value, nameof(Rate)); } = Allowed.Positive(Rate, nameof(Rate));
}
