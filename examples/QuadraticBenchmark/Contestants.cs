namespace QuadraticBenchmark;

/// <summary>All single-loop and first-order methods, with numbers that suit the problem.</summary>
internal static class Contestants
{
    private const int InnerSteps = 10;
    private const int Terms = 5;
    private const double Multiplier = 10;
    private const double EnvelopePenalty = 10;
    private const double Proximity = 1;
    private const double EnvelopeRate = 0.3;
    private const double GradientPenaltyRate = 0.1;
    private const double Barrier = 2;
    private const double Relaxation = 0.2;
    private const int BomeSteps = 3;
    private const double BomeControl = 0.5;

    // 1/L, by which one step on f contracts by 1 − μ/L; and smaller where noise has to be averaged
    private const double InnerRate = 1 / Quadratic.Smoothness;
    private const double NoisyInnerRate = 0.05;
    private const double NoisyOuterRate = 0.05;

    /// <summary>The methods on a problem.</summary>
    public static IEnumerable<Contestant> On(Quadratic problem)
    {
        var ends = new PredictedEnds(problem);

        // half of what gradient descent on ℓ itself could take at most, and a fifth of it where w and v follow by one step
        double curvature = Linalg.SingularValues(problem.Curvature).Max().ToScalar();
        (double nested, double single) = (1 / curvature, 0.4 / curvature);
        HessianSeries series = HessianSeries.Truncated(Terms, InnerRate);
        Schedule decreasing = Schedule.InverseTime(0.1, 0.05);

        yield return Exact("SOBA", Descent.Soba(InnerRate, single), Claim.Unbiased);
        yield return Exact("AmIGO", Descent.Amigo(InnerRate, InnerSteps, InnerSteps, nested), Claim.Unbiased);
        yield return Exact("dual multiplier", Descent.DualMultiplier(InnerRate, single), Claim.Unbiased);
        yield return Sums("SABA, 10 components", Descent.Saba(NoisyInnerRate, NoisyOuterRate), Claim.Unbiased);
        yield return Exact($"stocBiO, {Terms} terms", Descent.StocBio(InnerRate, InnerSteps, Terms - 1, nested), Claim.Biased,
            ends.WithSeries(Terms, InnerRate));
        yield return Exact($"TTSA, {Terms} terms", Descent.Ttsa(InnerRate, single, series), Claim.Biased, ends.WithSeries(Terms, InnerRate));
        yield return Exact($"SUSTAIN, {Terms} terms", Descent.Sustain(InnerRate, single, 0.5, series), Claim.Biased, ends.WithSeries(Terms, InnerRate));
        yield return Exact($"F2SA, m = {Multiplier}", Descent.F2sa(InnerRate, InnerSteps, single, Multiplier), Claim.Biased, ends.WithPenalty(Multiplier));
        yield return Exact($"PBGD, m = {Multiplier}", Descent.Pbgd(InnerRate, InnerSteps, single, Multiplier), Claim.Biased, ends.WithPenalty(Multiplier));
        yield return Exact(
            $"PBGD, ‖∇f‖², m = {Multiplier}", Descent.PbgdGradientNorm(GradientPenaltyRate, GradientPenaltyRate, Multiplier), Claim.Biased,
            ends.WithGradientPenalty(Multiplier));
        yield return Exact(
            $"MEHA, c = {EnvelopePenalty}", Descent.Meha(EnvelopeRate, EnvelopeRate, EnvelopePenalty, Proximity), Claim.Biased,
            ends.WithEnvelope(EnvelopePenalty, Proximity));
        yield return Exact(
            $"BVFSM, τ = {Barrier}, σ = {Relaxation}", Descent.Bvfsm(InnerRate, InnerSteps, single, Barrier, Relaxation), Claim.Biased,
            ends.WithBarrier(Barrier, Relaxation));
        yield return Exact($"BOME, T = {BomeSteps}", Descent.Bome(InnerRate, BomeSteps, decreasing, BomeControl), Claim.BiasedAndUnsettled,
            ends.WithSeries(BomeSteps, InnerRate));
        yield return Exact("IGA, T = 1", Descent.Iga(InnerRate, 1, single), Claim.None);

        Contestant Exact(string name, Descent descent, Claim claim, Tensor? end = null) =>
            Of(name, claim, end, steps => (descent with { MaxSteps = steps, Tolerance = 0 }) switch
        {
            StochasticDescent stochastic => stochastic.Steps(problem.Exact, problem.Start, problem.Hyper),
            ExactDescent exact => exact.Steps(problem.Exact, problem.Start, problem.Hyper),
            _ => throw new ArgumentException("a descent on components", nameof(descent)),
        });

        Contestant Sums(string name, SabaDescent descent, Claim claim) =>
            Of(name, claim, null, steps => (descent with { MaxSteps = steps, Tolerance = 0 }).Steps(problem.Sums, problem.Start, problem.Hyper));

        Contestant Of(string name, Claim claim, Tensor? end, Func<int, DescentSteps<Tensor, Tensor>> on) => new(
            name,
            (steps, progress) => on(steps).Run(progress),
            on(0).CountsPerStep,
            claim,
            claim == Claim.Unbiased ? 0 : end is null ? null : problem.SquaredGradient(end));
    }
}
