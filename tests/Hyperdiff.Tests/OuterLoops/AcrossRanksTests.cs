using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>Loops whose ranks decide, tell and write as one.</summary>
public sealed class AcrossRanksTests : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    public static TheoryData<string, int> Jobs
    {
        get
        {
            TheoryData<string, int> jobs = new();
            foreach (string name in LoopJobs.Names)
            {
                jobs.Add(name, 2);
                jobs.Add(name, 3);
            }

            return jobs;
        }
    }

    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-ranks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Records_AreTheSameOnAllRanks_TimesIncluded(string name, int count)
    {
        (OuterLoop<Tensor, Tensor> loop, Tensor start, Tensor hyper) = LoopJobs.Of(name);
        StepRecord[] alone = [.. loop.From(start, hyper).Select(step => step.Record)];
        StepRecord[][] records = Ranks.InProcess(
            count, ranks => (StepRecord[])[.. loop.Across(ranks).From(start, hyper).Select(step => step.Record)], s_deadline);
        foreach (StepRecord[] each in records)
        {
            Assert.Equal(alone.Length, each.Length);
            foreach ((StepRecord expected, StepRecord first, StepRecord record) in alone.Zip(records[0], each))
            {
                Assert.Equal((first.Elapsed, first.Step), (record.Elapsed, record.Step));
                Assert.Equal((expected.Value, expected.GradientNorm, expected.Validation, expected.Outcome),
                    (record.Value, record.GradientNorm, record.Validation, record.Outcome));
                Assert.Equal(expected.Hyper[0].Value.ToArray<double>(), record.Hyper[0].Value.ToArray<double>());
            }
        }
    }

    [Fact]
    public void Time_IsThatOfRank0()
    {
        // rank 1 is far behind, and its own clock would end it in its first step
        (int Steps, string? Reason, TimeSpan Elapsed)[] ends = Ranks.InProcess(3, ranks =>
        {
            Thread.Sleep(50 * ranks.Rank);
            OuterRun<Tensor, Tensor> run = LoopJobs.Deterministic.Until(Stop.After(TimeSpan.FromMilliseconds(200))).Across(ranks)
                .From(LoopJobs.Start, LoopJobs.Penalties);
            foreach (OuterStep<Tensor, Tensor> step in run)
            {
                Thread.Sleep(ranks.Rank == 1 ? 5 : 0);
            }

            return (run.State.Steps, run.StoppedBy, run.State.Elapsed);
        }, s_deadline);
        Assert.All(ends, end => Assert.Equal(ends[0], end));
        Assert.NotNull(ends[0].Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Cancelling_OneRank_EndsAllAtTheSameStep(int which)
    {
        int[] steps = Ranks.InProcess(3, ranks =>
        {
            using CancellationTokenSource source = new();
            OuterRun<Tensor, Tensor> run = LoopJobs.Deterministic.Until(Stop.AfterSteps(1000)).Across(ranks)
                .From(LoopJobs.Start, LoopJobs.Penalties, source.Token);
            OperationCanceledException end = Assert.ThrowsAny<OperationCanceledException>(() =>
            {
                foreach (OuterStep<Tensor, Tensor> step in run)
                {
                    if (ranks.Rank == which && step.Number == 4)
                    {
                        source.Cancel();
                    }
                }
            });
            Assert.True(ranks.Rank != which || end.CancellationToken == source.Token);

            // all stay before the same step, and can go on from there
            Assert.Equal(5, LoopJobs.Deterministic.Across(ranks).From(run.State).Step().Number);
            return run.State.Steps;
        }, s_deadline);
        Assert.Equal([5, 5, 5], steps);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Breaking_OnOneRank_LeavesTheLoopOnAll(int which)
    {
        int[] steps = Ranks.InProcess(3, ranks =>
        {
            OuterRun<Tensor, Tensor> run = LoopJobs.Deterministic.Until(Stop.AfterSteps(1000)).Across(ranks).From(LoopJobs.Start, LoopJobs.Penalties);
            foreach (OuterStep<Tensor, Tensor> step in run)
            {
                if (ranks.Rank == which && step.Number == 3)
                {
                    break;
                }
            }

            // and the run goes on, step by step
            Assert.Equal(4, run.Step().Number);
            Assert.Null(run.StoppedBy);
            return run.State.Steps;
        }, s_deadline);
        Assert.Equal([5, 5, 5], steps);
    }

    [Fact]
    public void AnException_OnOneRank_EndsAll_AndIsNamed()
    {
        RankFailedException failure = Assert.Throws<RankFailedException>(() => Ranks.InProcess(3, ranks =>
        {
            foreach (OuterStep<Tensor, Tensor> step in LoopJobs.Deterministic.Across(ranks).From(LoopJobs.Start, LoopJobs.Penalties))
            {
                if (ranks.Rank == 1 && step.Number == 3)
                {
                    throw new FormatException("Line 7 has no number.");
                }

                ranks.Sum(new double[2]);
            }

            return 0;
        }, s_deadline));
        Assert.Equal((1, "Rank 1 failed: Line 7 has no number."), (failure.Rank, failure.Message));
    }

    [Fact]
    public void ASolveThatFailsOnOneRank_IsAFailedStepOnAll()
    {
        StepOutcome[][] outcomes = Ranks.InProcess(3, ranks =>
        {
            // a nested solve in the share of rank 2 does not converge at the samples of steps 1 and 3
            OuterLoop<Tensor, Tensor> loop = Partial(ranks, failing: 2).OnFailure(StepFailure.Skip(2)).Until(Stop.AfterSteps(5));
            return (StepOutcome[])[.. loop.From(LoopJobs.Start, LoopJobs.Penalties).Select(step => step.Record.Outcome)];
        }, s_deadline);
        Assert.All(outcomes, each => Assert.Equal(
            [StepOutcome.Taken, StepOutcome.Skipped, StepOutcome.Taken, StepOutcome.Skipped, StepOutcome.Taken], each));

        string[] messages = Ranks.InProcess(3, ranks =>
        {
            OuterRun<Tensor, Tensor> run = Partial(ranks, failing: 2).Until(Stop.AfterSteps(5)).From(LoopJobs.Start, LoopJobs.Penalties);
            string message = Assert.Throws<SolveException>(() => run.ToEnd()).Message;
            Assert.Equal(1, run.State.Steps);

            // all are where they can go on together
            Assert.Single(LoopJobs.Deterministic.Across(ranks).Keyed(RandomKey.FromSeed(0)).From(LoopJobs.Start, LoopJobs.Penalties).Take(1));
            return message;
        }, s_deadline);
        Assert.Contains("Rank 2 failed", messages[0], StringComparison.Ordinal);
        Assert.Contains("Nested", messages[2], StringComparison.Ordinal);
    }

    public static TheoryData<string> Differences =>
        ["the first w", "the first λ", "the optimizer", "the key", "the end", "the policy for failures", "the settings", "the method or the problem"];

    [Theory]
    [MemberData(nameof(Differences))]
    public void WhatDiffersBeforeTheFirstStep_IsNamedOnAll(string what)
    {
        string[] messages = Ranks.InProcess(3, ranks =>
        {
            OuterLoop<Tensor, Tensor> loop = LoopJobs.Deterministic.Across(ranks);
            (Tensor start, Tensor hyper) = (LoopJobs.Start, LoopJobs.Penalties);
            if (ranks.Rank == 1)
            {
                (loop, start, hyper) = what switch
                {
                    "the first w" => (loop, start + 1, hyper),
                    "the first λ" => (loop, start, hyper + 1),
                    "the optimizer" => (loop.With(Optimizer.Adam(0.2)), start, hyper),
                    "the key" => (loop.Keyed(RandomKey.FromSeed(9)), start, hyper),
                    "the end" => (loop.Until(Stop.AfterSteps(13)), start, hyper),
                    "the policy for failures" => (loop.OnFailure(StepFailure.Skip()), start, hyper),
                    "the settings" => (loop.ColdStarts(), start, hyper),
                    _ => (LoopJobs.Alternating.Across(ranks), start, hyper),
                };
            }

            return Assert.Throws<RanksDisagreeException>(() => loop.From(start, hyper)).Message;
        }, s_deadline);
        Assert.All(messages, message => Assert.Equal(messages[0], message));
        Assert.Contains($"{what}: ranks 0, 2, others than rank 1", messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public void StepsThatDiffer_AreFoundAtTheNextExchange()
    {
        // what rank 1 adds is known to nobody before the step
        Assert.Contains("w, λ", Assert.Throws<RanksDisagreeException>(() => Ranks.InProcess(2, ranks =>
        {
            OuterLoop<Tensor, Tensor> loop = OuterLoop.Over(
                key => Bilevel.Problem(LoopJobs.Training(LoopJobs.X, LoopJobs.Y + ranks.Rank).MinimizedBy(Minimizer.NewtonCg()), LoopJobs.Validation),
                Hypergradient.Implicit()).With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(3)).Across(ranks);
            return loop.From(LoopJobs.Start, LoopJobs.Penalties).ToEnd()!.Number;
        }, s_deadline)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public void ASavedRun_GoesOnWithAnotherNumberOfRanks(string name, int count)
    {
        (OuterLoop<Tensor, Tensor> loop, Tensor start, Tensor hyper) = LoopJobs.Of(name);
        OuterStep<Tensor, Tensor>[] expected = [.. loop.From(start, hyper)];
        string path = Path("job.npz");
        Ranks.InProcess(count, ranks =>
        {
            OuterRun<Tensor, Tensor> run = loop.SavedTo(path, every: 2).Across(ranks).Resume(start, hyper);
            return run.Take(5).Count();
        }, s_deadline);

        // killed after step 4, whose file is that of 3; and only rank 0 has the disk
        double[][] ends = Ranks.InProcess(5 - count, ranks =>
        {
            OuterRun<Tensor, Tensor> run = loop.SavedTo(ranks.Rank == 0 ? path : "/no such folder/job.npz", every: 2).Across(ranks).Resume(start, hyper);
            Assert.Equal(4, run.State.Steps);
            OuterStep<Tensor, Tensor> last = run.ToEnd()!;
            last.Save(ranks.Rank == 0 ? Path("end.npz") : "/no such folder/end.npz");
            return last.Next.Hyper.ToArray<double>();
        }, s_deadline);
        Assert.All(ends, end => Assert.Equal(expected[^1].Next.Hyper.ToArray<double>(), end));
        Assert.Equal(expected.Length, loop.Load(Path("end.npz"), start, hyper).Steps);
        Assert.Equal(["end.npz", "job.npz"], Directory.GetFiles(_folder).Select(System.IO.Path.GetFileName).Order());
    }

    [Fact]
    public void WhatRank0CannotRead_IsToldOnAll()
    {
        OuterLoop<Tensor, Tensor> loop = LoopJobs.Deterministic;
        string[] kinds = Ranks.InProcess(2, ranks =>
            Record.Exception(() => loop.Across(ranks).Load(Path("none.npz"), LoopJobs.Start, LoopJobs.Penalties))!.GetType().Name, s_deadline);
        Assert.Equal([nameof(FileNotFoundException), nameof(RankFailedException)], kinds);
        kinds = Ranks.InProcess(2, ranks =>
            Record.Exception(() => loop.SavedTo(Path("no folder/a.npz")).Across(ranks).From(LoopJobs.Start, LoopJobs.Penalties))!.GetType().Name, s_deadline);
        Assert.Equal([nameof(DirectoryNotFoundException), nameof(RankFailedException)], kinds);
    }

    [Fact]
    public void OnlyRank0_IsWatched_AndWhatAWatcherThrows_IsToldOnAll()
    {
        int[] told = new int[3], solves = new int[3];
        Ranks.InProcess(3, ranks =>
        {
            OuterRun<Tensor, Tensor> run = LoopJobs.Deterministic
                .Watched(new Watcher<StepRecord>(record => _ = record.Step == 6 ? throw new IOException("The disk is full.") : told[ranks.Rank]++))
                .WatchedSolves(new Watcher<SolveProgress>(_ => solves[ranks.Rank]++)).Across(ranks).From(LoopJobs.Start, LoopJobs.Penalties);
            Exception thrown = Record.Exception(() => run.ToEnd())!;
            Assert.IsType(ranks.Rank == 0 ? typeof(IOException) : typeof(RankFailedException), thrown);
            Assert.Contains("The disk is full.", thrown.Message, StringComparison.Ordinal);

            // as alone, the run has moved on
            Assert.Equal(7, run.State.Steps);
            return run.ToEnd()!.Number;
        }, s_deadline);
        Assert.Equal([11, 0, 0], told);
        Assert.True(solves is [> 0, 0, 0]);
    }

    [Fact]
    public void BestOf_IsTheSameOnAll()
    {
        (Tensor, Tensor)[] starts = [(LoopJobs.Start, LoopJobs.Penalties), (LoopJobs.Start, LoopJobs.Penalties - 1)];
        BestStep<Tensor, Tensor> expected = LoopJobs.Minibatches.BestOf(starts);
        Assert.All(Ranks.InProcess(2, ranks => LoopJobs.Minibatches.Across(ranks).BestOf(starts), s_deadline),
            best => Assert.Equal((expected.Step, expected.Value), (best.Step, best.Value)));
    }

    private static OuterLoop<Tensor, Tensor> Partial(Ranks ranks, int failing) => OuterLoop.Over(key =>
    {
        // as a minibatch whose samples differ by rank would: the key tells steps apart
        bool fails = ranks.Rank == failing && s_keys.Contains($"{key}");
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => (w - 1).Square().Sum() + (fails ? FixedPoint.Of(
            FixedPointMap.From<Tensor, Tensor>((u, v) => (2 * u) + v, "Nested"), Tensor.Ones([4]), w).Sum() : Tensor.Scalar(0)), "Outer");
        return Bilevel.Problem(LoopJobs.Training(LoopJobs.X, LoopJobs.Y).MinimizedBy(Minimizer.NewtonCg()), outer);
    }, Hypergradient.Implicit()).With(Optimizer.Sgd(0.1)).Across(ranks);

    // of steps 1 and 3
    private static readonly HashSet<string> s_keys = [.. new[] { 1, 3 }.Select(step => $"{RandomKey.FromSeed(0).Fold(step).Fold(0).Fold(0)}")];

    private sealed class Watcher<T>(Action<T> told) : IProgress<T>
    {
        public void Report(T value) => told(value);
    }
}
