namespace Hyperdiff.Tests.Optimization;

public sealed class ScheduleTests
{
    [Fact]
    public void Step_FallsEverySoOften() => AssertValues(Schedule.Step(0.8, 2, 0.5), 0.8, 0.8, 0.4, 0.4, 0.2);

    [Fact]
    public void Exponential_IsAPower() => AssertValues(Schedule.Exponential(0.8, 0.5), 0.8, 0.4, 0.2, 0.1);

    [Fact]
    public void InverseTime_IsAHyperbola() => AssertValues(Schedule.InverseTime(0.6, 0.5), 0.6, 0.4, 0.3, 0.24);

    [Fact]
    public void Cosine_EndsAtItsLast_AndStaysThere() =>
        AssertValues(Schedule.Cosine(1, 4, 0.2), 1, 0.2 + (0.4 * (1 + Math.Sqrt(0.5))), 0.6, 0.2 + (0.4 * (1 - Math.Sqrt(0.5))), 0.2, 0.2);

    [Fact]
    public void Warmup_RisesInALine_AndBeginsTheOther() => AssertValues(Schedule.Warmup(3, Schedule.Exponential(0.8, 0.5)), 0.2, 0.4, 0.6, 0.8, 0.4, 0.2);

    [Fact]
    public void Warmup_OfNoSteps_IsTheOther() => AssertValues(Schedule.Warmup(0, Schedule.Exponential(0.8, 0.5)), 0.8, 0.4);

    [Fact]
    public void From_TakesAFunctionOfTheStep() => AssertValues(Schedule.From(t => 1 / (1 + t)), 1, 0.5, 1.0 / 3);

    // an optimizer that is told so would climb, or lose everything it has
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void From_RefusesWhatIsNoRate_WithTheStep(int step)
    {
        Schedule falling = Schedule.From(t => 0.1 - (0.05 * t)), lost = Schedule.From(t => (4 - t).Sqrt());
        Assert.Equal(0, falling.At(2).ToScalar(), 1e-16);
        Assert.Contains($" after {step} steps; numbers of optimizers are finite and not negative",
            Assert.Throws<ArgumentException>(() => (step == 3 ? falling : lost).At(step)).Message, StringComparison.Ordinal);
        OptimizerState<Tensor> state = Optimizer.Sgd(falling).Start(Tensor.Ones([2]));
        for (int i = 0; i < 3; i++)
        {
            state = state.Next(Tensor.Ones([2]));
        }

        Assert.Throws<ArgumentException>(() => state.Next(Tensor.Ones([2])));
    }

    [Fact]
    public void Value_IsDifferentiatedInWhatItIsMadeOf()
    {
        // d/dq (v q³) = 3 v q²
        Tensor slope = Diff.Grad(q => Schedule.Exponential(0.8, q).At(3), Tensor.Scalar(0.5));

        Assert.Equal(0.6, slope.ToScalar(), 1e-15);
    }

    [Fact]
    public void ExponentialOfZero_HasAFiniteDerivativeAtTheFirstStep() =>
        Assert.Equal(0, Diff.Grad(q => Schedule.Exponential(0.8, q).At(0), Tensor.Scalar(0)).ToScalar());

    [Fact]
    public void WrongNumbers_Throw_AndNameThem()
    {
        Assert.Equal("every", Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Step(1, 0, 0.5)).ParamName);
        Assert.Equal("steps", Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(1, 0)).ParamName);
        Assert.Equal("steps", Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Warmup(-1, 1)).ParamName);
        Assert.Equal("taken", Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant(1).At(-1)).ParamName);
        Assert.Contains("is int32 [2], not a scalar", Assert.Throws<ShapeMismatchException>(() => Schedule.Constant(1).At(Tensor.From([1, 2]))).Message,
            StringComparison.Ordinal);
        Assert.Contains("Schedule.From", Assert.Throws<ShapeMismatchException>(() => Schedule.From(t => t.Reshape(1)).At(0)).Message, StringComparison.Ordinal);
    }

    private static void AssertValues(Schedule schedule, params double[] values)
    {
        for (int t = 0; t < values.Length; t++)
        {
            Assert.Equal(values[t], schedule.At(t).ToScalar(), 1e-15);
            Assert.Equal(values[t], schedule.At(Tensor.Full([], t, DType.Int32)).ToScalar(), 1e-15);
        }
    }
}
