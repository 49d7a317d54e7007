namespace Hyperdiff.Tests.Formalities;

/// <summary>Settings that have no meaning, which once gave numbers, hung or broke deep inside.</summary>
public sealed class RefusedSettingTests
{
    private static readonly Tensor s_x = Tensor.From([0.5, 1]);

    [Fact]
    public void BoundsThatWouldBroadcastThePoint_AreRefused_WithBothShapes()
    {
        Tensor column = Tensor.Ones([2, 1]);
        Action[] calls =
            [() => Proximal.SoftThreshold(s_x, column), () => Proximal.Box(s_x, column, Tensor.Ones([2])), () => Proximal.Box(s_x, s_x, column)];

        Assert.All(calls, call => Assert.Contains("[2, 1] does not broadcast to x [2]", Assert.Throws<ShapeMismatchException>(call).Message,
            StringComparison.Ordinal));
    }

    [Fact]
    public void BoundsThatAreNone_AreRefused_AndAnEmptyBoxIsItsLowerEnd()
    {
        Assert.Throws<ArgumentException>("threshold", () => Proximal.SoftThreshold(s_x, Tensor.Scalar(-1)));
        Assert.Throws<ArgumentException>("low", () => Proximal.Box(s_x, Tensor.From([double.NaN, 0]), Tensor.Ones([2])));
        Assert.Throws<ArgumentException>("high", () => Proximal.Box(s_x, Tensor.Zeros([2]), Tensor.From([double.NaN, 0])));
        Assert.Equal([1.0, 1], Proximal.Box(s_x, Tensor.Ones([2]), Tensor.Zeros([2])).ToArray<double>());
    }

    [Fact]
    public void SchedulesOfNegativeNumbers_AreRefused()
    {
        // 1 + q t vanishes at q = −1, t = 1; a cosine down to −5 was a rate of −5
        Action[] calls =
        [
            () => Schedule.InverseTime(0.1, -1), () => Schedule.Step(0.1, 1, -1), () => Schedule.Exponential(0.1, -1), () => Schedule.Cosine(0.1, 2, -5),
            () => Schedule.Cosine(-1, 2), () => Schedule.Warmup(2, -1),
        ];
        Assert.All(calls, call => Assert.Throws<ArgumentOutOfRangeException>(call));
    }

    [Fact]
    public void ParametersWithoutAFloatingLeaf_AreNotOptimized() =>
        Assert.Contains("int32", Assert.Throws<DTypeMismatchException>(() => Optimizer.Sgd(0.1).Start(Tensor.From([1, 2]))).Message, StringComparison.Ordinal);

    [Fact]
    public void AnOrderOfPolygammaWhoseFactorialOverflows_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("order", () => s_x.Polygamma(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>("order", () => s_x.Polygamma(171));
    }

    [Fact]
    public void AnUnknownStartOfTheAdjoint_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>("from", () => Hypergradient.Stochastic(Optimizer.Sgd(0.1), 3, from: (AdjointStart)7));

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public void AWindowWiderThanTheSolveIsLong_CostsNothing(int window)
    {
        // slow enough for more images than the memory begins with, 16, and a window of more than the 20 that differ
        Tensor slopes = Tensor.Arange(20).To(DType.Float64) / 21;
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (slopes * w) + h);
        Solution<Tensor> solution = map.SolvedBy(FixedPoint.Anderson(window, tolerance: 1e-8)).Solve(Tensor.Zeros([20]), Tensor.Ones([20]));

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.Equal(1, (solution.State * (1 - slopes)).Max().ToScalar(), 1e-6);
    }
}
