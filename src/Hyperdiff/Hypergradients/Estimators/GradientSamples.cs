using System.Collections.Immutable;
using System.Globalization;

namespace Hyperdiff;

/// <summary>Gradients of single samples in λ, both parts, gathered into an estimate.</summary>
/// <param name="point">The state that the estimate holds at, and λ.</param>
internal sealed class GradientSamples(BilevelPoint point)
{
    private readonly SampleMoments _direct = new();
    private readonly SampleMoments _indirect = new();
    private readonly SampleMoments _total = new();

    /// <summary>One more sample, its active leaves.</summary>
    /// <param name="direct">What it gives for ∇_λF.</param>
    /// <param name="indirect">What it gives for the rest.</param>
    public void Add(LeafVector direct, LeafVector indirect)
    {
        _direct.Add(direct);
        _indirect.Add(indirect);
        _total.Add(direct + indirect);
    }

    /// <summary>The estimate.</summary>
    /// <param name="what">By what it was estimated, for the report.</param>
    /// <param name="outer">The outer objective, and how often it, or the inner process, was run.</param>
    /// <param name="inner">How the inner problem was solved; null if there was none.</param>
    /// <param name="warnings">What is known beforehand.</param>
    public EstimatedOutcome Estimate(
        string what, (double Value, long Evaluations) outer, SolveReport? inner, IEnumerable<HypergradientWarning>? warnings = null)
    {
        (double value, long evaluations) = outer;
        LeafVector error = _total.StandardError;
        (double noise, double size) = (error.Magnitude(), _total.Mean.Magnitude());
        SolveStatus status = double.IsFinite(noise) && double.IsFinite(size) && double.IsFinite(value) ? SolveStatus.Converged : SolveStatus.NonFiniteIterate;
        string solver = $"{what}, {_total.Count} samples, standard error";
        var report = new SolveReport(solver, status, _total.Count, noise, double.PositiveInfinity, evaluations, 0, double.NaN) { Kind = SolverKind.Samples };
        var parts = new HypergradientParts(
            value, point, Typed(_direct.Mean), Typed(_indirect.Mean), inner ?? report, [.. warnings ?? [], .. Noise(noise, size)]);
        return new EstimatedOutcome(parts, report, Typed(error));
    }

    // in the element types of λ
    private Tensor[] Typed(LeafVector vector) => [.. point.Hyper.ActiveTensors.Zip(vector.Leaves, (like, leaf) => leaf.To(like.DType))];

    private static ImmutableArray<HypergradientWarning> Noise(double noise, double size)
    {
        if (noise <= size || double.IsNaN(noise))
        {
            return [];
        }

        double times = Math.Ceiling(100 * (noise / size) * (noise / size));
        string more = double.IsFinite(times) ? string.Create(CultureInfo.InvariantCulture, $"{times:G3} times as many") : "many more";
        return
        [
            new HypergradientWarning(
                WarningKind.NoisyEstimate,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the standard error is {noise:G3}, and the gradient {size:G3}: take {more} samples for a tenth of the gradient, a baseline, or an "
                        + $"antithetic rule")),
        ];
    }
}
