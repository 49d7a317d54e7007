namespace Hyperdiff.Tests.OuterLoops;

/// <summary>What loops along descents and over levels do with a step that is not to be trusted.</summary>
public sealed class FailingRuleTests
{
    // F has no value beyond λ = 1, and the last step to there is 0.5 long
    private static readonly ObjectiveProblem<Tensor, Tensor> s_cliff = Bilevel.Problem(
        Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum(), "Follow"),
        Objective.From<Tensor, Tensor>((w, h) => ((1 - h).Log() - (4 * h)).Sum() + (0 * w.Sum()), "Cliff"));

    private static readonly Level<Tensor> s_top = Level.Of("top", Tensor.Scalar(0));
    private static readonly Level<Tensor> s_below = Level.Of("below", Tensor.Scalar(0));

    // d/dx of log(1 − x) − 4x is below −5 wherever it has a value
    private static readonly MultiLevel s_levels = MultiLevel.Of(
        s_top.Minimizes((x, at) => (1 - x).Log() - (4 * x) + (0 * at.Solution(s_below))),
        s_below.Minimizes((y, at) => 0.5 * (y - at.Parameters(s_top)).Square()));

    private static OuterLoop<Tensor, Tensor> Descending(StepFailure failure) =>
        OuterLoop.Over(s_cliff, Descent.Soba(0.5, 0.08)).OnFailure(failure).Until(Stop.AfterSteps(25));

    private static OuterLoop<LevelPoint, Tensor> Alternating(StepFailure failure) =>
        OuterLoop.Over(s_levels, s_top, s_below.StepsBy(Optimizer.Sgd(0.5), steps: 2)).With(Optimizer.Sgd(0.08)).OnFailure(failure).Until(Stop.AfterSteps(25));

    [Fact]
    public void ADescent_RollsBack_ToHalfTheRatesOfTheLastTrustedStep()
    {
        List<OuterStep<Tensor, Tensor>> steps = [.. Descending(StepFailure.RollBack(30)).From(Tensor.Zeros([1]), Tensor.Zeros([1]))];

        Assert.Equal(25, steps.Count);
        Checked(steps.ConvertAll(step => (step.Record, step.Hyper.ToArray<double>()[0], step.Next.Hyper.ToArray<double>()[0])));

        // w and v went half as far, too: half the rates, not half the way of λ alone
        int first = steps.FindIndex(step => step.Record.Outcome == StepOutcome.RolledBack);
        (double before, double now) = (steps[first - 1].State.ToArray<double>()[0], steps[first].Next.State.ToArray<double>()[0]);
        Assert.Equal(0.5 * (steps[first].State.ToArray<double>()[0] - before), now - before, 1e-14);
        Assert.Equal(StepOutcome.RolledBack, steps[first].Record.Outcome);
    }

    [Fact]
    public void AnAlternation_RollsBack_HalfAsFarFromTheLastTrustedStep() =>
        Checked([.. Alternating(StepFailure.RollBack(30)).From(s_levels.Start, Tensor.Scalar(0)).Select(
            step => (step.Record, step.Hyper.ToScalar(), step.Next.Hyper.ToScalar()))]);

    // what was not to be trusted says so, is never the best, and leads half as far from the last step that was
    private static void Checked(List<(StepRecord Record, double Hyper, double Next)> steps)
    {
        Assert.Contains(steps, step => step.Record.Outcome == StepOutcome.RolledBack);
        Assert.Contains(steps[steps.FindIndex(step => step.Record.Outcome == StepOutcome.RolledBack)..], step => step.Record.IsTrusted);
        for (int i = 1; i < steps.Count; i++)
        {
            if (steps[i].Record.Outcome != StepOutcome.RolledBack)
            {
                Assert.True(steps[i].Hyper < 1);
                continue;
            }

            Assert.False(steps[i].Record.IsTrusted);
            Assert.False(steps[i].Record.IsBest);
            Assert.True(steps[i].Record.Reports.Any(report => !report.Converged) || !double.IsFinite(steps[i].Record.Value));
            int trusted = steps[..i].FindLastIndex(step => step.Record.IsTrusted);
            double whole = steps[trusted].Next - steps[trusted].Hyper;
            Assert.Equal(steps[trusted].Hyper + (whole * Math.ScaleB(1, trusted - i)), steps[i].Next, 1e-14);
        }
    }

    [Fact]
    public void Throwing_NamesTheStep_AndTheRunStaysBeforeIt()
    {
        OuterRun<Tensor, Tensor> descending = Descending(StepFailure.Throw).From(Tensor.Zeros([1]), Tensor.Zeros([1]));
        OuterRun<LevelPoint, Tensor> alternating = Alternating(StepFailure.Throw).From(s_levels.Start, Tensor.Scalar(0));
        foreach ((Func<object?> end, Func<int> steps) in ((Func<object?>, Func<int>)[])
            [(() => descending.ToEnd(), () => descending.State.Steps), (() => alternating.ToEnd(), () => alternating.State.Steps)])
        {
            SolveException thrown = Assert.Throws<SolveException>(() => end());

            Assert.Contains($"step {steps()}", thrown.Message, StringComparison.Ordinal);
            Assert.Contains("OnFailure", thrown.Message, StringComparison.Ordinal);
        }

        Assert.Equal(StepOutcome.Skipped, Descending(StepFailure.Skip(1)).From(descending.State).Step().Record.Outcome);
    }

    // one sample in three has no value: another one has
    [Fact]
    public void ADescent_Skips_ToTheSamplesOfTheNextStep()
    {
        SampledObjective<Tensor, Tensor> outer = SampledObjective.From<Tensor, Tensor>(
            (w, h, key) => (w * Tensor.Where(key.Uniform([1]) < 0.3, double.NaN, Tensor.Ones([1]))).Sum() + h.Square().Sum(), "Now and then");
        OuterLoop<Tensor, Tensor> loop = OuterLoop.Over(Bilevel.Problem(
                SampledObjective.From<Tensor, Tensor>((w, h, _) => 0.5 * (w - h).Square().Sum(), "Follow"), outer), Descent.Soba(0.5, 0.05))
            .OnFailure(StepFailure.Skip(8)).Until(Stop.AfterSteps(30));
        List<OuterStep<Tensor, Tensor>> steps = [.. loop.From(Tensor.Zeros([1]), Tensor.Ones([1]))];

        Assert.InRange(steps.Count(step => step.Record.Outcome == StepOutcome.Skipped), 3, 20);
        Assert.All(steps.Where(step => step.Record.Outcome == StepOutcome.Skipped), step =>
        {
            Assert.Equal(step.Hyper.ToArray<double>(), step.Next.Hyper.ToArray<double>());
            Assert.Equal(step.State.ToArray<double>(), step.Next.State.ToArray<double>());
        });
        Assert.All(steps, step => Assert.True(double.IsFinite(step.Next.Hyper.ToArray<double>()[0])));
        Assert.Equal(Enumerable.Range(1, 30), steps.Select(step => step.Next.Steps));
    }

    [Fact]
    public void AnAlternation_Skips_AndGivesUpAfterSomeInARow()
    {
        // every second minibatch has no value
        MultiLevel Problems(RandomKey key) => MultiLevel.Of(
            s_top.Minimizes((x, at) => (x - 1).Square() * Tensor.Where(key.Uniform([]) < 0.5, double.NaN, Tensor.Scalar(1)) + (0 * at.Solution(s_below))),
            s_below.Minimizes((y, at) => 0.5 * (y - at.Parameters(s_top)).Square()));
        OuterLoop<LevelPoint, Tensor> loop = OuterLoop.Over(Problems, s_top, s_below.StepsBy(Optimizer.Sgd(0.5), 2)).With(Optimizer.Sgd(0.1));
        List<OuterStep<LevelPoint, Tensor>> steps =
            [.. loop.OnFailure(StepFailure.Skip(12)).Until(Stop.AfterSteps(20)).From(s_levels.Start, Tensor.Scalar(0))];

        OuterStep<LevelPoint, Tensor>[] skipped = [.. steps.Where(step => step.Record.Outcome == StepOutcome.Skipped)];
        Assert.InRange(skipped.Length, 3, 17);
        Assert.All(skipped, step => Assert.Equal(step.Hyper.ToScalar(), step.Next.Hyper.ToScalar()));
        Assert.InRange(steps[^1].Next.Hyper.ToScalar(), 0.4, 1);

        OuterRun<LevelPoint, Tensor> run = OuterLoop.Over(MultiLevel.Of(s_top.Minimizes((x, _) => x * double.NaN)), s_top).With(Optimizer.Sgd(0.1))
            .OnFailure(StepFailure.Skip(3)).From(MultiLevel.Of(s_top.Minimizes((x, _) => x * double.NaN)).Start, Tensor.Scalar(0));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(StepOutcome.Skipped, run.Step().Record.Outcome));
        Assert.Contains("the 4th in a row", Assert.Throws<SolveException>(() => run.Step()).Message, StringComparison.Ordinal);
        Assert.Equal(3, run.State.Steps);
    }

    // in the middle of what was rolled back, too
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RunsThatFailed_SavedAndResumedAnywhere_EndWithTheSameBits(bool descends)
    {
        string path = Path.Combine(Path.GetTempPath(), $"hyperdiff-failing-{Guid.NewGuid()}.npz");
        try
        {
            if (descends)
            {
                Resumed(Descending(StepFailure.RollBack(30)), Tensor.Zeros([1]), Tensor.Zeros([1]), path);
            }
            else
            {
                Resumed(Alternating(StepFailure.RollBack(30)), s_levels.Start, Tensor.Scalar(0), path);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Resumed<TState>(OuterLoop<TState, Tensor> loop, TState start, Tensor hyper, string path)
    {
        List<OuterStep<TState, Tensor>> whole = [.. loop.From(start, hyper)];
        foreach (OuterStep<TState, Tensor> step in whole)
        {
            step.Save(path);
            OuterRun<TState, Tensor> resumed = loop.From(loop.Load(path, start, hyper));
            foreach ((OuterStep<TState, Tensor> again, OuterStep<TState, Tensor> expected) in resumed.Zip(whole[(step.Number + 1)..]))
            {
                Assert.Equal((expected.Value, expected.Record.Outcome), (again.Value, again.Record.Outcome));
                Assert.Equal(expected.Next.Hyper.ToArray<double>(), again.Next.Hyper.ToArray<double>());
            }

            Assert.Equal(25, resumed.State.Steps);
        }
    }
}
