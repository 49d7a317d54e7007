using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Fewer kept iterates give the same hypergradient to the last bit, and cost the steps that they should.</summary>
public sealed class CheckpointingTests
{
    private const int States = 6;
    private const int StateBytes = States * sizeof(double);

    private static readonly Contraction s_problem = Contraction.InNorm(seed: 5, States, hypers: 3);

    public static TheoryData<int, int> Lengths => new() { { 0, 0 }, { 1, 1 }, { 2, 2 }, { 7, 7 }, { 23, 23 }, { 23, 10 }, { 23, 0 }, { 40, 1 } };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void EveryK_GivesTheSameBits(int steps, int last)
    {
        foreach (int k in new[] { 1, 2, 5, 23, 100 })
        {
            AssertSame(steps, last, Checkpointing.Every(k));
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Budget_GivesTheSameBits(int steps, int last)
    {
        foreach (int states in new[] { 1, 2, 3, 5, 100 })
        {
            AssertSame(steps, last, Checkpointing.Budget(states * StateBytes));
        }
    }

    [Fact]
    public void None_RunsEveryStepOnce() => Assert.Equal(23, Compute(23, 23, Checkpointing.None).InnerReport.Products);

    [Fact]
    public void EveryK_RunsEveryStepTwiceAtTheMost() =>
        // 23 steps there; in each of the segments of 5, 5, 5, 5 and 3 steps all but the last again
        Assert.Equal(23 + (4 * 4) + 2, Compute(23, 23, Checkpointing.Every(5)).InnerReport.Products);

    [Fact]
    public void BudgetOfOneState_RunsEveryStepFromTheStart() =>
        // 10 steps there, and t steps again for the iterate t
        Assert.Equal(10 + (10 * 9 / 2), Compute(10, 10, Checkpointing.Budget(StateBytes)).InnerReport.Products);

    [Fact]
    public void BudgetOfAFewStates_RunsNoStepMoreOftenThanTheBinomialBoundSays()
    {
        // 4 states besides the first and 3 runs reach (4 + 3)! / (4! 3!) = 35 steps
        long products = Compute(35, 35, Checkpointing.Budget(5 * StateBytes)).InnerReport.Products;

        Assert.InRange(products, 35, 35 * (3 + 1));
    }

    [Fact]
    public void BudgetThatHoldsNoState_Throws_WithBothSizes()
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Compute(5, 5, Checkpointing.Budget(StateBytes - 1)));

        Assert.Contains($"{StateBytes - 1} bytes does not hold one state, of {StateBytes} bytes", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertSame(int steps, int last, Checkpointing checkpointing)
    {
        (IterativeHypergradient<Tensor, Tensor> all, IterativeHypergradient<Tensor, Tensor> few) = (Compute(steps, last, Checkpointing.None),
            Compute(steps, last, checkpointing));

        Assert.True(few.Converged, few.ToString());
        Assert.Equal(all.Gradient.ToArray<double>(), few.Gradient.ToArray<double>());
        Assert.Equal(last == steps, few.ReachesStart);
        if (few.ReachesStart)
        {
            Assert.Equal(all.WithRespectToStart.ToArray<double>(), few.WithRespectToStart.ToArray<double>());
        }

        Assert.Equal((all.Value, all.InnerReport.Residual, all.InnerReport.TransposedProducts),
            (few.Value, few.InnerReport.Residual, few.InnerReport.TransposedProducts));
    }

    private static IterativeHypergradient<Tensor, Tensor> Compute(int steps, int last, Checkpointing checkpointing) =>
        Hypergradient.Reverse(steps, last, checkpointing).Compute(Bilevel.Problem(s_problem.Map, s_problem.Outer), s_problem.Start, s_problem.Hyper);
}
