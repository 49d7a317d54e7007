using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>What a loop does where a hypergradient is not to be trusted, and that it says so.</summary>
public sealed class StepFailureTests
{
    // Φ = c(λ) w + 1 contracts while c < 1: λ is pulled towards where it does not
    private static readonly FixedPointProblem<Tensor, Tensor> s_edge = Bilevel.Problem(
        FixedPointMap.From<Tensor, Tensor>((w, h) => (h * w) + 1, "Edge").SolvedBy(FixedPoint.Iteration(maxIterations: 200)),
        Objective.From<Tensor, Tensor>((w, _) => (w - 30).Square().Sum(), "Far"));

    private static readonly Tensor s_start = Tensor.Zeros([1]);

    private static OuterLoop<Tensor, Tensor> Edge(StepFailure failure, double rate) => OuterLoop.Over(s_edge, Hypergradient.Implicit())
        .With(Optimizer.Sgd(rate)).OnFailure(failure).Until(Stop.AfterSteps(30));

    [Fact]
    public void Throw_NamesTheStep_AndTheRunStaysBeforeIt()
    {
        OuterRun<Tensor, Tensor> run = Edge(StepFailure.Throw, 1e-3).From(s_start, Tensor.From([0.5]));
        SolveException thrown = Assert.Throws<SolveException>(() => run.ToEnd());

        Assert.Contains($"step {run.State.Steps} ", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("OnFailure", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(thrown.Reports, report => !report.Converged);
        Assert.True(run.State.Hyper.ToArray<double>()[0] > 0.97);
        Assert.True(run.State.Steps > 0);
        Assert.Null(run.StoppedBy);

        // it survives: the same step fails again, and a loop with another policy goes on from there
        Assert.Throws<SolveException>(() => run.Step());
        OuterLoop<Tensor, Tensor> other = Edge(StepFailure.Skip(100), 1e-3);
        Assert.Equal(StepOutcome.Skipped, other.From(run.State).Step().Record.Outcome);
    }

    [Fact]
    public void RollBack_GoesHalfAsFar_FromTheLastTrustedStep()
    {
        List<OuterStep<Tensor, Tensor>> steps = [.. Edge(StepFailure.RollBack(), 1e-3).From(s_start, Tensor.From([0.5]))];
        Assert.Equal(30, steps.Count);
        Assert.Contains(steps, step => step.Record.Outcome == StepOutcome.RolledBack);
        for (int i = 1; i < steps.Count; i++)
        {
            if (steps[i].Record.Outcome != StepOutcome.RolledBack)
            {
                continue;
            }

            Assert.False(steps[i].Record.IsTrusted);
            OuterStep<Tensor, Tensor> trusted = steps[..i].Last(step => step.Record.IsTrusted);
            int halvings = i - trusted.Number;
            double whole = steps[trusted.Number + 1].Hyper.ToArray<double>()[0] - trusted.Hyper.ToArray<double>()[0];
            double now = steps[i].Next.Hyper.ToArray<double>()[0] - trusted.Hyper.ToArray<double>()[0];
            Assert.Equal(whole * Math.ScaleB(1, -halvings), now, 1e-14);
            Assert.Equal(trusted.State.ToArray<double>(), steps[i].Next.State.ToArray<double>().Length == 1 ? trusted.State.ToArray<double>() : []);
        }

        // it comes nearer to w = 30, λ = 29/30, than before
        Assert.True(steps[^1].Best!.Value < steps[0].Value);
        Assert.All(steps.Where(step => step.Record.IsTrusted), step => Assert.True(step.Hyper.ToArray<double>()[0] < 1));
    }

    [Fact]
    public void RollBack_AtTheFirstStep_Throws()
    {
        OuterRun<Tensor, Tensor> run = Edge(StepFailure.RollBack(), 1e-3).From(s_start, Tensor.From([2.0]));
        Assert.Throws<SolveException>(() => run.Step());
        Assert.Equal(0, run.State.Steps);
    }

    [Fact]
    public void Skip_LeavesHyperAlone_GoesOnSolving_AndGivesUpAfterSomeInARow()
    {
        // 5 iterations a step are too few, and add up where w goes on
        OuterLoop<Tensor, Tensor> loop = OuterLoop.Over(Bilevel.Problem(
            FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h, "Half").SolvedBy(FixedPoint.Iteration(tolerance: 1e-8, maxIterations: 5)),
            Objective.From<Tensor, Tensor>((w, _) => (w - 1).Square().Sum())), Hypergradient.Implicit(LinearSolver.Gmres()))
            .With(Optimizer.Sgd(0.01)).OnFailure(StepFailure.Skip(most: 20)).Until(Stop.AfterSteps(40));
        List<OuterStep<Tensor, Tensor>> steps = [.. loop.From(s_start, Tensor.From([3.0]))];

        Assert.Equal(StepOutcome.Skipped, steps[0].Record.Outcome);
        Assert.Contains(steps, step => step.Record.Outcome == StepOutcome.Taken);
        Assert.All(steps.Where(step => step.Record.Outcome == StepOutcome.Skipped),
            step => Assert.Equal(step.Hyper.ToArray<double>(), step.Next.Hyper.ToArray<double>()));
        Assert.Null(steps[0].Best);

        // cold starts begin at the first w all the same, so that nothing adds up
        OuterStep<Tensor, Tensor> cold = loop.ColdStarts().From(s_start, Tensor.From([3.0])).Step();
        Assert.Equal(StepOutcome.Skipped, cold.Record.Outcome);
        Assert.Equal(s_start.ToArray<double>(), cold.Next.State.ToArray<double>());

        // a map that never contracts is skipped as often as is allowed
        OuterRun<Tensor, Tensor> run = Edge(StepFailure.Skip(most: 3), 1e-3).From(s_start, Tensor.From([2.0]));
        Assert.Contains("the 4th in a row", Assert.Throws<SolveException>(() => run.ToEnd()).Message, StringComparison.Ordinal);
        Assert.Equal(3, run.State.Steps);
    }

    [Fact]
    public void Tighten_SolvesAgainFromWhereItEnded()
    {
        // 40 updates at a time are too few for this contraction, and three times as many are enough
        OuterLoop<Tensor, Tensor> loop = OuterLoop.Over(Bilevel.Problem(
            FixedPointMap.From<Tensor, Tensor>((w, h) => (0.8 * w) + h, "Slow").SolvedBy(FixedPoint.Iteration(tolerance: 1e-9, maxIterations: 40)),
            Objective.From<Tensor, Tensor>((w, _) => (w - 1).Square().Sum())), Hypergradient.Implicit(LinearSolver.Gmres()))
            .With(Optimizer.Sgd(1e-3)).ColdStarts().Until(Stop.AfterSteps(3));
        Assert.Throws<SolveException>(() => loop.From(s_start, Tensor.Ones([1])).Step());
        OuterStep<Tensor, Tensor> step = loop.OnFailure(StepFailure.Tighten(4)).From(s_start, Tensor.Ones([1])).Step();

        Assert.Equal(StepOutcome.Taken, step.Record.Outcome);
        Assert.InRange(step.Record.Attempts, 2, 5);
        Assert.True(step.Record.IsTrusted);

        // w* = 5 λ, ∇ℓ = 2 (5 λ − 1) 5
        Assert.Equal(40, step.Gradient!.ToArray<double>()[0], 1e-6);
    }

    [Fact]
    public void AFailedSolveWithinAnObjective_IsAFailureLikeAnyOther()
    {
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => FixedPoint.Of(
            FixedPointMap.From<Tensor, Tensor>((u, v) => (2 * u) + v, "Nested"), Tensor.Ones([1]), w).Sum(), "Outer");
        OuterLoop<Tensor, Tensor> loop = OuterLoop.Over(Bilevel.Problem(
                Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum()).MinimizedBy(Minimizer.NewtonCg()), outer), Hypergradient.Implicit())
            .With(Optimizer.Sgd(0.1)).OnFailure(StepFailure.Skip(2));
        OuterRun<Tensor, Tensor> run = loop.From(s_start, Tensor.Ones([1]));
        OuterStep<Tensor, Tensor> step = run.Step();

        Assert.Equal((StepOutcome.Skipped, false), (step.Record.Outcome, step.Record.IsTrusted));
        Assert.Contains(step.Record.Reports, report => report.Solver.Contains("Nested", StringComparison.Ordinal));
        Assert.Null(step.Hypergradient);
    }

    // the next step would blame the data for it
    [Fact]
    public void LambdaThatIsMovedToNoNumber_IsNamed_AndTheRunStaysBeforeIt()
    {
        OuterRun<Tensor, Tensor> beyond = OuterLoop.Over(
                Bilevel.Problem(LoopJobs.Training(LoopJobs.X, LoopJobs.Y).MinimizedBy(Minimizer.NewtonCg()), Objective.From<Tensor, Tensor>(
                    (w, h) => (w.Square().Sum() * 0) + (1e3 * h.Sum()), "Slope")), Hypergradient.Implicit())
            .With(Optimizer.Sgd(double.MaxValue)).From(LoopJobs.Start, LoopJobs.Penalties);
        string message = Assert.Throws<InvalidOperationException>(() => beyond.Step()).Message;

        Assert.Contains("step 0 moves", message, StringComparison.Ordinal);
        Assert.Contains("Sgd is too large", message, StringComparison.Ordinal);
        Assert.Equal(0, beyond.State.Steps);
    }

    // a hypergradient's own table has its solves already
    [Fact]
    public void AMessage_ListsEachSolveOnce()
    {
        string message = Assert.Throws<SolveException>(() => Edge(StepFailure.Throw, 1e-3).From(s_start, Tensor.From([2.0])).Step()).Message;

        Assert.Equal(2, message.Split("inner, ").Length);
    }

    [Theory]
    [InlineData(1, "2nd")]
    [InlineData(2, "3rd")]
    [InlineData(10, "11th")]
    [InlineData(11, "12th")]
    [InlineData(20, "21st")]
    [InlineData(110, "111th")]
    public void HowManyFailed_IsCounted(int before, string ordinal) => Assert.Contains(
        $"step 3, the {ordinal} in a row is not to be trusted", StepFailure.Skip(5).Ending("step 3", before, "why", []).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatDoesNotGoTogether_IsRefusedBeforeAnyWork()
    {
        OuterLoop<Tensor, Tensor> loop = LoopJobs.Deterministic;
        (string Words, Action Begin)[] wrong =
        [
            ("With(Optimizer", () => OuterLoop.Over(LoopJobs.Ridge, Hypergradient.Implicit()).From(LoopJobs.Start, LoopJobs.Penalties)),
            ("Coupled", () => LoopJobs.Alternating.Coupled().From(LoopJobs.Start, LoopJobs.Penalties)),
            ("leave out StepFailure.Tighten", () => LoopJobs.Single.OnFailure(StepFailure.Tighten()).From(LoopJobs.Start, LoopJobs.Penalties)),
            ("Tighten", () => LoopJobs.Alternating.OnFailure(StepFailure.Tighten()).From(LoopJobs.Start, LoopJobs.Penalties)),
            ("leave out an optimizer", () => LoopJobs.Single.With(Optimizer.Sgd(1)).From(LoopJobs.Start, LoopJobs.Penalties)),
            ("no leaf is named 'Rate'", () => loop.Within("Rate", Bijection.Exp).From(LoopJobs.Start, LoopJobs.Penalties)),
            ("outside its bounds", () => loop.Within(Bijection.Exp).From(LoopJobs.Start, LoopJobs.Penalties)),
            ("no leaf is named 'Rate'", () => loop.With(Optimizer.Adam().Grouped(("Rate", Optimizer.Sgd(1)))).From(LoopJobs.Start, LoopJobs.Penalties)),
            ("[2] keys", () => loop.Keyed(RandomKey.FromSeed(0).SplitBatch(2))),
        ];
        Assert.All(wrong, each => Assert.Contains(each.Words, Assert.ThrowsAny<ArgumentException>(each.Begin).Message, StringComparison.Ordinal));
        Assert.Throws<InvalidOperationException>(() => loop.Resume(LoopJobs.Start, LoopJobs.Penalties));
        Assert.Throws<DirectoryNotFoundException>(
            () => loop.SavedTo(Path.Combine(Path.GetTempPath(), "no such folder", "a.npz")).From(LoopJobs.Start, LoopJobs.Penalties));
        Assert.Throws<IOException>(() => loop.SavedTo(Path.GetTempPath()).From(LoopJobs.Start, LoopJobs.Penalties));
        Assert.Contains("this is a folder", Assert.Throws<IOException>(() => loop.Load(Path.GetTempPath(), LoopJobs.Start, LoopJobs.Penalties)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => loop.BestOf([]));
        if (OperatingSystem.IsLinux())
        {
            // nobody may make a file there, and the message names the one that was asked for
            Assert.StartsWith("/proc/a.npz: files cannot be written in /proc: ", Assert.Throws<IOException>(
                () => loop.SavedTo("/proc/a.npz").From(LoopJobs.Start, LoopJobs.Penalties)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<InvalidOperationException>(
            () => OuterLoop.Over(LoopJobs.Ridge, Hypergradient.Implicit()).With(Optimizer.Sgd(1)).From(LoopJobs.Start, LoopJobs.Penalties).ToEnd());
    }

    [Fact]
    public void AFunctionOfKeys_ThatAnswersOneKeyDifferently_IsFound()
    {
        LoopJobs.Minibatches.RequireRepeatable(LoopJobs.Start, LoopJobs.Penalties);

        int calls = 0;
        OuterLoop<Tensor, Tensor> impure = OuterLoop.Over(
            _ => Bilevel.Problem(LoopJobs.Training(LoopJobs.X * (1 + (0.01 * calls++)), LoopJobs.Y).MinimizedBy(Minimizer.NewtonCg()), LoopJobs.Validation),
            Hypergradient.Implicit()).With(Optimizer.Sgd(0.1));
        Assert.Contains("Draw samples from the key only",
            Assert.Throws<InvalidOperationException>(() => impure.RequireRepeatable(LoopJobs.Start, LoopJobs.Penalties)).Message, StringComparison.Ordinal);
    }
}
