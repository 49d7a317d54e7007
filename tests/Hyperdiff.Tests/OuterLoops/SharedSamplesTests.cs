using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>Loops over objectives whose samples are shared out among ranks: they know so, and end as one rank does with all samples.</summary>
public sealed class SharedSamplesTests : IDisposable
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    // the solves' own, so that what is compared is what rounding makes of them
    private const double Tolerance = 1e-12;

    private static readonly Tree<(Tensor X, Tensor Y)> s_tree = Tree.Named(Tree.Tuple(Tree.Tensor, Tree.Tensor), "x", "y");

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> s_train = Objective.OfData(
        ((Tensor X, Tensor Y) data, Tensor w, Tensor h) => (data.X.MatMul(w) - data.Y).Square().Mean() + (h.Exp() * w.Square()).Sum(), "Train", s_tree,
        Tree.Tensor, Tree.Tensor, batch: ["x", "y"]);

    private static readonly ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> s_validate = Objective.OfData(
        ((Tensor X, Tensor Y) data, Tensor w, Tensor _) => (data.X.MatMul(w) - data.Y).Square().Mean(), "Validate", s_tree, Tree.Tensor, Tree.Tensor,
        batch: ["x", "y"]);

    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-shared-").FullName;

    public static TheoryData<string, int> Jobs
    {
        get
        {
            TheoryData<string, int> jobs = new();
            foreach (string name in (string[])["implicit", "keys", "alternating", "descent", "sampled descent", "coupled"])
            {
                jobs.Add(name, 2);
                jobs.Add(name, 3);
            }

            return jobs;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Jobs))]
    public void ALoop_KnowsItsRanks_AndEndsWhereOneRankDoes(string name, int count)
    {
        OuterStep<Tensor, Tensor>[] alone = [.. Job(name, null).From(LoopJobs.Start, LoopJobs.Penalties)];
        (StepRecord[] Records, double[] Hyper)[] ends = Ranks.InProcess(count, ranks =>
        {
            OuterStep<Tensor, Tensor>[] steps = [.. Job(name, ranks).From(LoopJobs.Start, LoopJobs.Penalties)];
            return (steps.Select(step => step.Record).ToArray(), steps[^1].Next.Hyper.ToArray<double>());
        }, s_deadline);
        foreach ((StepRecord[] records, double[] hyper) in ends)
        {
            Assert.Equal(ends[0].Records.Select(Told), records.Select(Told));
            Assert.Equal(ends[0].Hyper, hyper);

            // twelve steps of well-conditioned solves to 1e-12; coupled ones stop at tolerances of their own, which both reach by the same updates
            Assert.Equal(alone[^1].Next.Hyper.ToArray<double>().Select(number => Math.Round(number, 8)), hyper.Select(number => Math.Round(number, 8)));
        }

        static (int, double, double, TimeSpan) Told(StepRecord record) => (record.Step, record.Value, record.GradientNorm, record.Elapsed);
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public void ARunOfSomeRanks_GoesOnWithOthers(string name, int count)
    {
        string path = Path.Combine(_folder, "job.npz");
        OuterStep<Tensor, Tensor>[] alone = [.. Job(name, null).From(LoopJobs.Start, LoopJobs.Penalties)];

        // as if killed in the seventh step: the file is that of the sixth, and of no rank in particular
        double[] at6 = Ranks.InProcess(count, ranks => Job(name, ranks).SavedTo(path, every: 3).Resume(LoopJobs.Start, LoopJobs.Penalties).Take(6).Last()
            .Next.Hyper.ToArray<double>(), s_deadline)[0];
        Near(alone[5].Next.Hyper, at6, 1e-9);
        foreach (int other in (int[])[1, 5 - count, 4])
        {
            string copy = Path.Combine(_folder, $"{other}.npz");
            File.Copy(path, copy);
            double[][] ends = Ranks.InProcess(other, ranks =>
            {
                OuterRun<Tensor, Tensor> run = Job(name, ranks).SavedTo(copy, every: 3).Resume(LoopJobs.Start, LoopJobs.Penalties);
                Assert.Equal(6, run.State.Steps);
                Assert.Equal(at6, run.State.Hyper.ToArray<double>());

                // one step: what the rounding of sums in another order makes of it, cond · ε, with condition numbers below 1000 and solves to 1e-12
                Near(alone[6].Next.Hyper, run.Step().Next.Hyper.ToArray<double>(), 1e-9);
                return run.ToEnd()!.Next.Hyper.ToArray<double>();
            }, s_deadline);
            Assert.All(ends, end => Near(alone[^1].Next.Hyper, end, 1e-6));
        }
    }

    [Fact]
    public void ATokenOfOneRank_EndsASolveOnAll_InTheSameUpdate()
    {
        int[] steps = Ranks.InProcess(3, ranks =>
        {
            using CancellationTokenSource source = new();
            int reports = 0;
            OuterRun<Tensor, Tensor> run = Job("implicit", ranks).Until(Stop.AfterSteps(1000)).WatchedSolves(new Watcher(_ =>
            {
                // in the middle of the solves of some step
                if (++reports == 40)
                {
                    source.Cancel();
                }
            })).From(LoopJobs.Start, LoopJobs.Penalties, source.Token);
            Assert.ThrowsAny<OperationCanceledException>(() => run.ToEnd());
            ranks.Sum(new double[3]);
            return run.State.Steps;
        }, s_deadline);
        Assert.InRange(steps[0], 1, 20);
        Assert.All(steps, made => Assert.Equal(steps[0], made));
    }

    [Fact]
    public void TimeOfOneRank_EndsAll()
    {
        (int, string?)[] ends = Ranks.InProcess(2, ranks =>
        {
            OuterRun<Tensor, Tensor> run = Job("implicit", ranks).Until(Stop.After(TimeSpan.FromMilliseconds(150))).From(LoopJobs.Start, LoopJobs.Penalties);
            run.ToEnd();
            return (run.State.Steps, run.StoppedBy);
        }, s_deadline);
        Assert.Equal(ends[0], ends[1]);
    }

    [Fact]
    public void AnExceptionInTheShareOfOneRank_EndsAll_WithItsNumber()
    {
        RankFailedException failure = Assert.Throws<RankFailedException>(() => Ranks.InProcess(3, ranks =>
        {
            OuterLoop<Tensor, Tensor> loop = OuterLoop.Over(key => ranks.Rank == 2 && $"{key}" == $"{RandomKey.FromSeed(0).Fold(2).Fold(0).Fold(0)}"
                ? throw new FormatException("Line 7 has no number.") : Problem(ranks), Hypergradient.Implicit()).With(Optimizer.Adam(0.1));
            return loop.Until(Stop.AfterSteps(9)).From(LoopJobs.Start, LoopJobs.Penalties).ToEnd()!.Number;
        }, s_deadline));
        Assert.Equal((2, "Rank 2 failed: Line 7 has no number."), (failure.Rank, failure.Message));
    }

    [Fact]
    public void AnExplanation_RecommendsTheSameOnAll()
    {
        string[] all = Ranks.InProcess(3, ranks => $"{Problem(ranks).Explain(LoopJobs.Start, LoopJobs.Penalties)}", s_deadline);
        Assert.All(all, each => Assert.Equal(all[0], each));
    }

    [Fact]
    public void RanksOfObjectives_AreNoOthersThanThoseOfTheLoop()
    {
        string message = Ranks.InProcess(2, ranks =>
            Assert.Throws<ArgumentException>(nameof(ranks), () => Job("implicit", ranks).Across(Ranks.Single)).Message, s_deadline)[1];
        Assert.Contains("rank 1 of 2", message, StringComparison.Ordinal);
    }

    private static OuterLoop<Tensor, Tensor> Job(string name, Ranks? ranks)
    {
        (Objective<Tensor, Tensor> train, Objective<Tensor, Tensor> validate) = Objectives(ranks);
        MinimizationProblem<Tensor, Tensor> problem = Problem(ranks);
        HypergradientMethod implicitly = Hypergradient.Implicit(LinearSolver.ConjugateGradient(Tolerance));
        OuterLoop<Tensor, Tensor> loop = name switch
        {
            "implicit" => OuterLoop.Over(problem, implicitly).With(Optimizer.Adam(0.1)),
            "keys" => OuterLoop.Over(_ => Problem(ranks), implicitly).With(Optimizer.Sgd(0.1)).Accumulating(2),
            "alternating" => OuterLoop.Over(Bilevel.Problem(train.Unroll(Optimizer.HeavyBall(0.05, 0.8)), validate), Hypergradient.Reverse(steps: 3))
                .With(Optimizer.Adam(0.1)),
            "descent" => OuterLoop.Over(Bilevel.Problem(train, validate), Descent.Soba(0.05, 0.05)),
            "sampled descent" => OuterLoop.Over(Bilevel.Problem(train.OnMinibatches(12), SampledObjective.Of(validate)), Descent.Soba(0.02, 0.02)),
            _ => OuterLoop.Over(problem, Hypergradient.Implicit()).With(Optimizer.Sgd(0.1)).Coupled(0.1, 1e-9),
        };
        return loop.Until(Stop.AfterSteps(12));
    }

    private static MinimizationProblem<Tensor, Tensor> Problem(Ranks? ranks)
    {
        (Objective<Tensor, Tensor> train, Objective<Tensor, Tensor> validate) = Objectives(ranks);
        return Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg(Tolerance)), validate);
    }

    private static (Objective<Tensor, Tensor> Train, Objective<Tensor, Tensor> Validate) Objectives(Ranks? ranks)
    {
        Objective<Tensor, Tensor> Shared(ObjectiveForm<Tensor, Tensor, (Tensor X, Tensor Y)> form, Tensor x, Tensor y) =>
            ranks is null ? form.Bind((x, y)) : form.Bind((ranks.Shard(x), ranks.Shard(y))).Across(ranks);
        return (Shared(s_train, LoopJobs.X, LoopJobs.Y), Shared(s_validate, LoopJobs.ValidationX, LoopJobs.ValidationY));
    }

    private static void Near(Tensor expected, double[] found, double relative)
    {
        double[] numbers = expected.ToArray<double>();
        double size = Math.Sqrt(numbers.Sum(number => number * number)), error = Math.Sqrt(numbers.Zip(found, (x, y) => (x - y) * (x - y)).Sum());
        Assert.True(error <= relative * size, $"off by {error / size:G3} of {size:G3}");
    }

    private sealed class Watcher(Action<SolveProgress> told) : IProgress<SolveProgress>
    {
        public void Report(SolveProgress value) => told(value);
    }
}
