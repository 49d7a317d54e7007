namespace Hyperdiff;

/// <summary>A decaying mean of the samples before, <c>b ← β b + (1 − β) F</c>, beginning with the first; that one has the baseline 0.</summary>
/// <remarks>Source: Williams (1992), "Simple statistical gradient-following algorithms for connectionist reinforcement learning",
/// doi:10.1007/BF00992696.</remarks>
/// <param name="Decay">β.</param>
internal sealed record MovingAverageBaseline(double Decay) : Baseline
{
    /// <summary>β.</summary>
    public double Decay { get; init => field = Allowed.Within(0, value, 1, nameof(Decay)); } = Allowed.Within(0, Decay, 1, nameof(Decay));

    internal override double[] Of(double[] values)
    {
        var baselines = new double[values.Length];
        double mean = values[0];
        for (int i = 1; i < values.Length; i++)
        {
            // of the samples before this one, so that it does not depend on it
            baselines[i] = mean;
            mean = (Decay * mean) + ((1 - Decay) * values[i]);
        }

        return baselines;
    }
}
