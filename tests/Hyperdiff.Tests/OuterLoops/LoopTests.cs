using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>A loop does what one written out does, and is pulled step by step.</summary>
public sealed class LoopTests
{
    public static TheoryData<string> Jobs { get; } = [.. LoopJobs.Names];

    [Fact]
    public void ALoop_DoesWhatOneWrittenOutDoes_ToTheLastBit()
    {
        ImplicitMethod method = Hypergradient.Implicit();
        OptimizerState<Tensor> outer = Optimizer.Adam(0.1).Start(LoopJobs.Penalties);
        (Tensor w, WarmStart? warm, int k) = (LoopJobs.Start, null, 0);
        foreach (OuterStep<Tensor, Tensor> step in LoopJobs.Deterministic.From(LoopJobs.Start, LoopJobs.Penalties))
        {
            ImplicitHypergradient<Tensor, Tensor> g = method.Compute(LoopJobs.Ridge, w, outer.Parameters, new() { WarmStart = warm });
            Assert.Equal(k++, step.Number);
            Assert.Equal(Bits(outer.Parameters), Bits(step.Hyper));
            Assert.Equal(Bits(g.State), Bits(step.State));
            Assert.Equal(Bits(g.Gradient), Bits(step.Gradient!));
            Assert.Equal(g.Value, step.Value);
            Assert.Equal(g.Gradient.Norm().ToScalar(), step.Record.GradientNorm, 4 * (double.BitIncrement(1) - 1) * g.Gradient.Norm().ToScalar());
            Assert.True(step.Record.IsTrusted);
            (w, warm, outer) = (g.State, g.WarmStart, outer.Next(g.Gradient));
            Assert.Equal(Bits(outer.Parameters), Bits(step.Next.Hyper));
        }

        Assert.Equal(12, k);
    }

    [Fact]
    public void TheBestStep_IsMarked_ByWhatTheLoopJudgesBy()
    {
        double[] metrics = [0.5, 0.1, 0.9, 0.9, 0.3, 0.95];
        OuterLoop<Tensor, Tensor> loop = LoopJobs.Deterministic.Until(Stop.AfterSteps(6));
        int asked = 0;
        List<OuterStep<Tensor, Tensor>> highest =
            [.. loop.Validating((_, _) => metrics[asked++], higherIsBetter: true).From(LoopJobs.Start, LoopJobs.Penalties)];
        Assert.Equal([0, 2, 5], highest.Where(step => step.Record.IsBest).Select(step => step.Number));
        Assert.All(highest, step => Assert.True(step.Record.HigherIsBetter));
        Assert.All(highest, step => Assert.Equal(highest[..(step.Number + 1)].Last(other => other.Record.IsBest).Number, step.Best!.Step));

        // F falls at every step
        List<OuterStep<Tensor, Tensor>> least = [.. loop.From(LoopJobs.Start, LoopJobs.Penalties)];
        Assert.All(least, step => Assert.True(step.Record.IsBest));
        Assert.All(least, step => Assert.False(step.Record.HigherIsBetter));
    }

    // an accuracy of 0.9 is not "worse" than a loss of 0.5
    [Fact]
    public void ARunThatIsJudgedOtherwise_BeginsWithoutABestStep()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hyperdiff-judged-{Guid.NewGuid()}.npz");
        try
        {
            LoopState<Tensor, Tensor> state = LoopJobs.Deterministic.Until(Stop.AfterSteps(6)).From(LoopJobs.Start, LoopJobs.Penalties).ToEnd()!.Next;
            state.Save(path);
            Stop stop = Stop.NoImprovement(4) | Stop.AfterSteps(30);
            OuterLoop<Tensor, Tensor> accuracy = LoopJobs.Deterministic.Validating((_, _) => 0.9, higherIsBetter: true).Until(stop);
            foreach (LoopState<Tensor, Tensor> from in (LoopState<Tensor, Tensor>[])[state, accuracy.Load(path, LoopJobs.Start, LoopJobs.Penalties)])
            {
                OuterRun<Tensor, Tensor> run = accuracy.From(from);
                Assert.Null(run.State.Best);
                Assert.Equal(6, run.Step().Best!.Step);
                run.ToEnd();
                Assert.Equal("no improvement since step 6", run.StoppedBy);

                // as does the one that goes on with it
                run.State.Save(path);
                Assert.Equal(6, accuracy.Load(path, LoopJobs.Start, LoopJobs.Penalties).Best!.Step);
            }

            // what no number is found for ends after as many steps of its own
            OuterRun<Tensor, Tensor> none = LoopJobs.Deterministic.Validating((_, _) => double.NaN).Until(stop).From(state);
            none.ToEnd();
            Assert.Equal((10, "none of 4 steps could be trusted and had a number to be judged by"), (none.State.Steps, none.StoppedBy));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void NoImprovement_BetweenTwoValidations_IsRefused()
    {
        OuterLoop<Tensor, Tensor> loop = LoopJobs.Deterministic.Validating((_, _) => 1, every: 10);
        foreach (Stop stop in (Stop[])[Stop.NoImprovement(9), Stop.NoImprovement(9) | Stop.AfterSteps(9), Stop.NoImprovement(20) & Stop.NoImprovement(9)])
        {
            Assert.Contains("at least 10 steps", Assert.Throws<ArgumentException>(() => loop.Until(stop).From(LoopJobs.Start, LoopJobs.Penalties)).Message,
                StringComparison.Ordinal);
        }

        Assert.Equal(10, loop.Until(Stop.NoImprovement(10)).From(LoopJobs.Start, LoopJobs.Penalties).ToEnd()!.Number);
    }

    [Fact]
    public void AnAlternation_IsKStepsOfTheInnerOptimizer_WithItsMemoryKept()
    {
        // w and its velocity go on through all steps of λ, as if λ had been changed in between
        Optimizer inner = Optimizer.HeavyBall(0.05, 0.8);
        OptimizerState<Tensor> w = inner.Start(LoopJobs.Start);
        Objective<Tensor, Tensor> train = LoopJobs.Training(LoopJobs.X, LoopJobs.Y);
        foreach (OuterStep<Tensor, Tensor> step in LoopJobs.Alternating.From(LoopJobs.Start, LoopJobs.Penalties))
        {
            for (int i = 0; i < 3; i++)
            {
                w = w.Next(train.Gradient(w.Parameters, step.Hyper));
            }

            // the same operations in another order of fused sums
            Assert.Equal(0, (w.Parameters - step.State).Norm().ToScalar(), 1e-13);
        }
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public void EveryJob_Improves(string name)
    {
        (OuterLoop<Tensor, Tensor> loop, Tensor start, Tensor hyper) = LoopJobs.Of(name);
        List<OuterStep<Tensor, Tensor>> steps = [.. loop.From(start, hyper)];

        Assert.Equal(12, steps.Count);
        Assert.All(steps, step => Assert.Equal(StepOutcome.Taken, step.Record.Outcome));
        Assert.True(steps[^1].Best!.Value < steps[0].Value, $"{steps[0]}\n{steps[^1]}");
        Assert.Equal("12 steps were made", steps[^1].Next.StoppedBy);
    }

    [Fact]
    public void ARun_IsEnumeratedOnce_AndGoesOnByStep()
    {
        OuterRun<Tensor, Tensor> run = LoopJobs.Deterministic.From(LoopJobs.Start, LoopJobs.Penalties);
        foreach (OuterStep<Tensor, Tensor> step in run)
        {
            if (step.Number == 3)
            {
                break;
            }
        }

        Assert.Contains("enumerated once", Assert.Throws<InvalidOperationException>(() => run.First()).Message, StringComparison.Ordinal);
        Assert.Equal(4, run.Step().Number);
        Assert.Equal(11, run.ToEnd()!.Number);
        Assert.Null(run.ToEnd());
        Assert.Contains("12 steps were made", Assert.Throws<InvalidOperationException>(run.Step).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStep_KeepsNoneBeforeIt()
    {
        OuterRun<Tensor, Tensor> run = LoopJobs.Bounded.From(LoopJobs.Start, Tensor.Ones([4]));
        WeakReference first = First(run);
        OuterStep<Tensor, Tensor> last = run.ToEnd()!;
        GC.Collect();

        Assert.False(first.IsAlive);
        GC.KeepAlive(last);

        static WeakReference First(OuterRun<Tensor, Tensor> run)
        {
            OuterStep<Tensor, Tensor> step = run.Step();
            run.Step();
            return new WeakReference(step.Hypergradient);
        }
    }

    [Fact]
    public void Watchers_AreToldOfEveryStep_InOrder()
    {
        var told = new List<StepRecord>();
        var solves = new ResidualHistory();
        LoopJobs.Deterministic.Watched(new Listener(told.Add)).WatchedSolves(solves).From(LoopJobs.Start, LoopJobs.Penalties).ToEnd();

        Assert.Equal(Enumerable.Range(0, 12), told.Select(record => record.Step));
        Assert.All(told, record => Assert.Equal(2, record.Reports.Length));
        Assert.All(told, record => Assert.Single(record.Hyper));
        Assert.NotEmpty(solves.Residuals);
    }

    [Fact]
    public void AWatcherThatThrows_EndsTheEnumeration_NotTheRun()
    {
        OuterRun<Tensor, Tensor> run = LoopJobs.Deterministic.Watched(new Listener(record =>
        {
            if (record.Step == 2)
            {
                throw new IOException("the disk is full");
            }
        })).From(LoopJobs.Start, LoopJobs.Penalties);

        Assert.Throws<IOException>(run.ToEnd);
        Assert.Equal(3, run.State.Steps);
        Assert.Equal(11, run.ToEnd()!.Number);
    }

    // one that fails keeps the step neither from the others nor from the file; where the file fails as well, both are told
    [Fact]
    public void WhatFails_KeepsAStepFromNobody_AndAllOfItIsTold()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hyperdiff-told-");
        string path = Path.Combine(folder.FullName, "state.npz");
        var told = new List<int>();
        OuterRun<Tensor, Tensor> run = LoopJobs.Deterministic.SavedTo(path)
            .Watched(new Listener(record => Fail(record.Step is 2 or 4, "the first")), new Listener(record => told.Add(record.Step)),
                new Listener(record => Fail(record.Step == 3, "the last"))).From(LoopJobs.Start, LoopJobs.Penalties);

        Assert.Equal("the first", Assert.Throws<IOException>(run.ToEnd).Message);
        Assert.Equal(3, LoopJobs.Deterministic.Load(path, LoopJobs.Start, LoopJobs.Penalties).Steps);
        Assert.Equal("the last", Assert.Throws<IOException>(run.ToEnd).Message);
        Assert.Equal(4, LoopJobs.Deterministic.Load(path, LoopJobs.Start, LoopJobs.Penalties).Steps);

        folder.Delete(recursive: true);
        AggregateException both = Assert.Throws<AggregateException>(run.ToEnd);
        Assert.StartsWith("Step 4 was made, and 2 of what was told of it, or was to save it, failed", both.Message, StringComparison.Ordinal);
        Assert.Equal("the first", both.InnerExceptions[0].Message);
        Assert.Contains(path, both.InnerExceptions[1].Message, StringComparison.Ordinal);

        folder.Create();
        Assert.Equal(11, run.ToEnd()!.Number);
        Assert.Equal(Enumerable.Range(0, 12), told);
        folder.Delete(recursive: true);

        static void Fail(bool fails, string what)
        {
            if (fails)
            {
                throw new IOException(what);
            }
        }
    }

    [Fact]
    public void ACancelledRun_StaysBeforeTheStep()
    {
        using var cancellation = new CancellationTokenSource();
        OuterRun<Tensor, Tensor> run = LoopJobs.Deterministic.Watched(new Listener(record =>
        {
            if (record.Step == 2)
            {
                cancellation.Cancel();
            }
        })).From(LoopJobs.Start, LoopJobs.Penalties, cancellation.Token);

        Assert.Throws<OperationCanceledException>(run.ToEnd);
        Assert.Equal(3, run.State.Steps);
        Assert.Equal(11, LoopJobs.Deterministic.From(run.State).ToEnd()!.Number);
    }

    [Fact]
    public void AccumulatedGradients_AreTheMeanOfTheirOwn()
    {
        // two gradients on one and the same problem are one of them
        OuterLoop<Tensor, Tensor> once = LoopJobs.Deterministic.Until(Stop.AfterSteps(1)).ColdStarts();
        Tensor one = once.From(LoopJobs.Start, LoopJobs.Penalties).Step().Gradient!;
        Tensor two = once.Accumulating(2).From(LoopJobs.Start, LoopJobs.Penalties).Step().Gradient!;
        Assert.Equal(Bits(one), Bits(two));

        // and those of minibatches, each with a key of its own, are added up
        ImplicitHypergradient<Tensor, Tensor>[] each = [.. Enumerable.Range(0, 2).Select(i => Hypergradient.Implicit().Compute(
            LoopJobs.Sampled(RandomKey.FromSeed(7).Fold(0).Fold(i).Fold(0)), LoopJobs.Start, LoopJobs.Penalties))];
        OuterStep<Tensor, Tensor> both = LoopJobs.Minibatches.ColdStarts().From(LoopJobs.Start, LoopJobs.Penalties).Step();
        Assert.NotEqual(each[0].Value, each[1].Value);
        Assert.Equal((each[0].Value + each[1].Value) / 2, both.Value, 1e-15);
        Assert.Equal(0, ((0.5 * (each[0].Gradient + each[1].Gradient)) - both.Gradient!).Norm().ToScalar(), 1e-15);
    }

    [Fact]
    public void SeveralStarts_KeepTheBest()
    {
        (Tensor, Tensor)[] starts = [.. Enumerable.Range(-3, 6).Select(i => (LoopJobs.Start, Tensor.Full([4], (double)i)))];
        BestStep<Tensor, Tensor> best = LoopJobs.Deterministic.BestOf(starts);
        double[] each = [.. starts.Select(start => LoopJobs.Deterministic.From(start.Item1, start.Item2).ToEnd()!.Best!.Value)];

        Assert.Equal(each.Min(), best.Value);
    }

    [Fact]
    public void Bounds_HoldAtEveryStep_AndTheGradientIsPulledBack()
    {
        foreach (OuterStep<Tensor, Tensor> step in LoopJobs.Bounded.With(Optimizer.Sgd(50)).From(LoopJobs.Start, Tensor.Ones([4])))
        {
            Assert.True((step.Hyper > 0).All().IsTrue, $"{step.Hyper}");
        }

        // one step of u = ln λ by hand: du = λ dλ
        OuterStep<Tensor, Tensor> first = LoopJobs.Bounded.With(Optimizer.Sgd(0.5)).From(LoopJobs.Start, Tensor.Full([4], 2.0)).Step();
        Tensor expected = (Tensor.Full([4], 2.0).Log() - (0.5 * 2 * first.Gradient!)).Exp();
        Assert.Equal(0, (expected - first.Next.Hyper).Norm().ToScalar(), 1e-14);
    }

    private static long[] Bits(Tensor tensor) => [.. tensor.ToArray<double>().Select(BitConverter.DoubleToInt64Bits)];

    internal sealed class Listener(Action<StepRecord> told) : IProgress<StepRecord>
    {
        public void Report(StepRecord value) => told(value);
    }
}
