namespace Hyperdiff;

/// <summary>The same number for every sample.</summary>
/// <param name="Value">b.</param>
internal sealed record ConstantBaseline(double Value) : Baseline
{
    /// <summary>b.</summary>
    public double Value { get; init => field = Allowed.Finite(value, nameof(Value)); } = Allowed.Finite(Value, nameof(Value));

    internal override double[] Of(double[] values) => [.. values.Select(_ => Value)];
}
