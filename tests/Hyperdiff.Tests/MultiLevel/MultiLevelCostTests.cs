namespace Hyperdiff.Tests.MultiLevels;

/// <summary>What the derivative of a problem above others costs, in solves below it and in memory.</summary>
public sealed class MultiLevelCostTests
{
    private static readonly Tensor s_up = RandomKey.FromSeed(1).Normal([8, 4]), s_down = RandomKey.FromSeed(2).Normal([10, 8]);
    private readonly Level<Tensor> _top = Level.Of("top", RandomKey.FromSeed(5).Normal([4]));
    private readonly Level<Tensor> _middle = Level.Of("middle", Tensor.Zeros([8]));
    private readonly Level<Tensor> _low = Level.Of("low", Tensor.Zeros([10]));

    /// <summary>A point is evaluated once, for value, slope and products: what is below is solved once there, and not again for the looks at the end.</summary>
    [Fact]
    public void WhatIsBelow_IsSolvedOncePerEvaluation()
    {
        int solves = 0;
        MultiLevel problems = Problems(Minimizer.From("Newton", f =>
        {
            solves++;
            LeafVector w = f.Start;
            while (f.Continues(w))
            {
                w -= LinearSolver.ConjugateGradient().Solve(f.Hessian(w), f.At(w).Gradient.Leaves).Value;
            }

            return f.Solution(w);
        }, 1e-12));
        LevelGradient<Tensor> gradient = problems.Gradient(_top);
        gradient.EnsureConverged();
        int updates = gradient.Reports.Single(report => report.Solver.StartsWith("inner", StringComparison.Ordinal)
            && report.Solver.EndsWith("of middle", StringComparison.Ordinal)).Iterations;

        // a step of full length each, a look beyond the solution, and one for the level above; at zero, where middle begins, so does what is below, solved
        Assert.InRange(updates, 3, 20);
        Assert.Equal(updates + 1 + 1, solves);
    }

    /// <summary>7.6 MB were taken by tensors of ten numbers and fewer, in solves that now work with the numbers.</summary>
    [Fact]
    public void AGradient_AllocatesTwoMegabytesAtMost()
    {
        MultiLevel problems = Problems(Minimizer.NewtonCg(1e-12));
        long least = Enumerable.Range(0, 8).Min(seed =>
        {
            LevelPoint at = problems.Start.With(_top, RandomKey.FromSeed(seed).Normal([4]));
            long before = GC.GetAllocatedBytesForCurrentThread();
            problems.Gradient(_top, at).EnsureConverged();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.InRange(least, 1, 2_000_000);
    }

    private MultiLevel Problems(Minimizer below) => MultiLevel.Of(
        _low.Minimizes((z, at) => (z - s_down.MatMul(at.Parameters(_middle))).Square().Sum() + z.Cosh().Log().Sum(), below),
        _middle.Minimizes(
            (y, at) => (y - s_up.MatMul(at.Parameters(_top))).Square().Sum() + (0.1 * at.Solution(_low).Square().Sum()), Minimizer.NewtonCg(1e-10)),
        _top.Minimizes((x, at) => at.Solution(_middle).Sum() + x.Square().Sum() + at.Solution(_low).Sum()));
}
