namespace Hyperdiff;

/// <summary>The same number for every sample.</summary>
/// <param name="Value">b.</param>
public sealed record ConstantBaseline(double Value) : Baseline
{
    internal override double[] Of(double[] values) => [.. values.Select(_ => Value)];
}
