using System.Collections.Immutable;

namespace Hyperdiff.Reports.Tests;

/// <summary>Runs made by hand, with what makes watchers stumble.</summary>
internal static class SampleRun
{
    /// <summary>A leaf whose name means something in HTML, CSV and JSON.</summary>
    public const string HostileName = "Net<b>.\"W\", & ℓ";

    /// <summary>A run that goes well but for a few steps.</summary>
    /// <param name="steps">How many steps.</param>
    /// <param name="seed">Of its noise.</param>
    public static StepRecord[] Of(int steps, int seed = 1)
    {
        var random = new Random(seed);
        StepRecord[] run = [.. Enumerable.Range(0, steps).Select(k => Step(k, random.NextDouble()))];
        double best = double.PositiveInfinity;
        for (int k = 0; k < steps; k++)
        {
            bool isBest = run[k].IsTrusted && run[k].Validation < best;
            best = isBest ? run[k].Validation!.Value : best;
            run[k] = run[k] with { IsBest = isBest };
        }

        return run;
    }

    /// <summary>A folder of a test's own, which is taken away after it.</summary>
    public static TemporaryFolder Folder() => new();

    private static StepRecord Step(int k, double noise)
    {
        double value = 0.7 * Math.Exp(-k / 30.0) + 0.05 + (0.01 * noise), norm = Math.Exp(-k / 20.0) + 1e-3;
        bool isFailed = k % 37 == 36;
        return new StepRecord
        {
            Step = k,
            Value = value,
            GradientNorm = norm,
            GradientError = k % 2 == 0 ? norm * 0.2 : double.NaN,
            Validation = k % 5 == 0 ? value * 1.1 : null,
            Outcome = isFailed ? k % 2 == 0 ? StepOutcome.Skipped : StepOutcome.RolledBack : StepOutcome.Taken,
            Attempts = isFailed ? 3 : 1,
            Reports =
            [
                new SolveReport("inner, Newton-CG of Train", isFailed ? SolveStatus.MaxIterations : SolveStatus.Converged, 4 + (k % 3), 1e-9 * norm, 1e-8, 11,
                    0, 0.1),
                new SolveReport("adjoint, conjugate gradients", SolveStatus.Converged, 8 - (k % 4), 1e-12, 1e-10, 0, 9, double.NaN),
            ],
            Warnings = k % 10 == 3
                ? ImmutableArray.Create(new HypergradientWarning(WarningKind.Kink, "`Relu` at 0 in <3> of 128 elements & \"more\"")) : [],
            Hyper =
            [
                new Leaf(HostileName, Tensor.From([.. Enumerable.Range(0, 50).Select(i => Math.Sin(i) * k / 20)]), false),
                new Leaf("Penalty.LogL2", Tensor.From([-0.01 * k, 0.02 * k, 1.0]), false), new Leaf("Penalty.Rate", Tensor.Scalar(0.1 + (noise / 50)), false),
                new Leaf("Penalty.Mask", Tensor.From([true, false]), true),
            ],
            Elapsed = TimeSpan.FromSeconds(0.25 * (k + 1)),
        };
    }
}
