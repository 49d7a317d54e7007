namespace Hyperdiff.Testing;

/// <summary>What is computed over ranks: the cases of <see cref="RanksConformance"/>.</summary>
internal static class RankCases
{
    private const double Rate = 0.3;
    private const int Steps = 4;

    // relative to its start; the condition numbers here are below 100, so that a solution is within 100 times that
    private const double Tolerance = 1e-12;
    private const double OfSolves = 100 * Tolerance;

    // sums of a few hundred terms, each rounded, in another order
    private const double OfSums = 1e-13;

    /// <summary>All cases.</summary>
    public static IReadOnlyList<RankCase> All { get; } =
    [
        .. Derivatives(), .. Methods(), .. InnerSolvers(), .. Descents(),
    ];

    private static IEnumerable<RankCase> Derivatives()
    {
        yield return new("value, gradient and Hessian product", samples => Products(samples, samples.Inner), OfSums);
        yield return new("the same in chunks", samples => Products(samples, samples.InnerInChunks), OfSums);
        yield return new("third derivative", samples => [Diff.Grad((Tensor w) =>
            (samples.Inner.HessianProduct(w, samples.Hyper, samples.Start) * samples.Start).Sum(), samples.Start)], OfSums);
        yield return new("Hessian", samples => [Diff.Jacobian((Tensor w) => samples.Inner.Gradient(w, samples.Hyper), samples.Start)], OfSums);
        yield return new("forward over forward", samples => [Diff.Jvp((Tensor w) =>
            Diff.Jvp((Tensor v) => samples.Inner.Evaluate(v, samples.Hyper), w, samples.Hyper).Tangent, samples.Start, samples.Hyper).Tangent], OfSums);
        yield return new("derivative through a loop", samples => [Diff.Grad((Tensor h) => samples.Outer.Evaluate(
            Loop.Iterate(Steps, w => w - (Rate * samples.Inner.Gradient(w, h)), samples.Start), h), samples.Hyper)], OfSums);
        yield return new("minibatch", samples => Drawn(samples, key => samples.Inner.OnMinibatches(RankSamples.Minibatch)), OfSums);
    }

    private static Tensor[] Products(RankSamples samples, Objective<Tensor, Tensor> objective) =>
    [
        objective.Evaluate(samples.Start, samples.Hyper),
        objective.Gradient(samples.Start, samples.Hyper),
        objective.HessianProduct(samples.Start, samples.Hyper, samples.Hyper),
        Diff.Grad((Tensor h) => (objective.Gradient(samples.Start, h) * h).Sum(), samples.Hyper),
    ];

    private static Tensor[] Drawn(RankSamples samples, Func<RandomKey, SampledObjective<Tensor, Tensor>> objective)
    {
        RandomKey key = RandomKey.FromSeed(7);
        DescentSolution<Tensor, Tensor> found = ((StochasticDescent)(Descent.Soba(Rate, 0.2) with { MaxSteps = Steps, Key = key })).Minimize(
            Bilevel.Problem(objective(key), samples.Outer.OnMinibatches(RankSamples.Minibatch)), samples.Start, samples.Hyper);
        return [found.State, found.Hyper];
    }

    private static IEnumerable<RankCase> Methods() =>
        from method in HypergradientConformance.Methods
        from kind in RankProblem.Kinds
        let problem = RankProblem.Of(kind, RankSamples.Whole(), Tolerance)
        where Applicability.CureOf(method.Make(problem.Problem).GetType(), problem.Problem.Kind) is null
        select new RankCase($"{method.Name} over {kind}", samples =>
        {
            var at = RankProblem.Of(kind, samples, Tolerance);
            return [at.Compute(method.Make(at.Problem), method.Draws ? new HypergradientOptions { Key = RandomKey.FromSeed(3) } : null)];
        }, OfSolves);

    private static IEnumerable<RankCase> InnerSolvers()
    {
        Minimizer[] minimizers =
            [Minimizer.NewtonCg(Tolerance), Minimizer.Lbfgs(tolerance: Tolerance), Minimizer.GradientDescent(StepSize.Backtracking(), Tolerance)];
        FixedPointSolver[] fixedPoints =
            [FixedPoint.Iteration(Tolerance), FixedPoint.Anderson(tolerance: Tolerance), FixedPoint.Broyden(tolerance: Tolerance)];
        foreach (Minimizer minimizer in minimizers)
        {
            yield return new($"minimum by {minimizer.Name}", samples =>
                [samples.Inner.MinimizedBy(minimizer).Solve(samples.Start, samples.Hyper).EnsureConverged()], OfSolves);
        }

        foreach (FixedPointSolver solver in fixedPoints)
        {
            yield return new($"fixed point by {solver.Name}", samples =>
                [samples.Inner.GradientDescentMap(Rate).SolvedBy(solver).Solve(samples.Start, samples.Hyper).EnsureConverged()], OfSolves);
        }
    }

    private static IEnumerable<RankCase> Descents() => DescentConformance.Descents.Select(item => new RankCase(item.Key, samples =>
    {
        Descent limited = item.Value with { MaxSteps = Steps, Key = RandomKey.FromSeed(8) };
        DescentSolution<Tensor, Tensor> found = limited switch
        {
            SabaDescent saba => saba.Minimize(Bilevel.Problem(samples.InnerSum, samples.OuterSum), samples.Start, samples.Hyper),
            StochasticDescent stochastic => stochastic.Minimize(
                Bilevel.Problem(samples.Inner.OnMinibatches(RankSamples.Minibatch), samples.Outer.OnMinibatches(RankSamples.Minibatch)),
                samples.Start,
                samples.Hyper),
            _ => ((ExactDescent)limited).Minimize(Bilevel.Problem(samples.Inner, samples.Outer), samples.Start, samples.Hyper),
        };
        return (Tensor[])[found.State, found.Hyper];
    }, OfSolves));
}
