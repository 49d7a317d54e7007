namespace Hyperdiff;

/// <summary>The mean of all other samples, <c>bᵢ = Σ_{j≠i} Fⱼ/(n − 1)</c>: nothing to choose, and unbiased.</summary>
/// <remarks>Source: Kool, van Hoof and Welling (2019), "Buy 4 REINFORCE samples, get a baseline for free!".</remarks>
internal sealed record LeaveOneOutBaseline : Baseline
{
    internal override double[] Of(double[] values)
    {
        double mean = values.Average();

        // (n F̄ − Fᵢ)/(n − 1), without the difference of large numbers
        return [.. values.Select(value => mean + ((mean - value) / (values.Length - 1)))];
    }
}
