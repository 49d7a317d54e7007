using System.Runtime.InteropServices;
using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>The code that <c>docs/checkpoints.md</c> and <c>docs/limits.md</c> show.</summary>
public sealed class CheckpointsPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ThePagesJob_IsSavedResumedAndLookedInto()
    {
        (string folder, string path, string weightsPath) = (_folder, Path.Combine(_folder, "job.npz"), Path.Combine(_folder, "weights.npz"));
        (Tensor w0, Tensor h0, MinimizationProblem<Tensor, Tensor> problem) = (LoopJobs.Start, LoopJobs.Penalties, LoopJobs.Ridge);

        OuterLoop<Tensor, Tensor> job = OuterLoop.Over(problem, Hypergradient.Implicit()).With(Optimizer.Adam(0.1))
            .Until(Stop.AfterSteps(200)).SavedTo(path, every: 10);
        job.Resume(w0, h0).ToEnd();    // from the file where there is one

        LoopState<Tensor, Tensor> state = job.Load(path, w0, h0);
        Console.WriteLine(state);                    // after 200 steps of …; best so far: … at step 199
        BestStep<Tensor, Tensor> best = state.Best!;
        foreach ((string name, Tensor array) in NumpyFile.ReadArchive(path))
        {
            Console.WriteLine($"{name}: {array.Type}");
        }

        TreeFile.Save(weightsPath, best.State);
        Tensor weights = TreeFile.Load(weightsPath, like: w0);

        Assert.StartsWith("after 200 steps of ", $"{state}", StringComparison.Ordinal);
        Assert.Contains("; best so far: ", $"{state}", StringComparison.Ordinal);
        Assert.Equal(best.State.ToArray<double>(), weights.ToArray<double>());
        Assert.Contains("float64 [4]", NumpyFile.ReadArchive(path).Select(entry => $"{entry.Value.Type}"));

        foreach (OuterStep<Tensor, Tensor> step in job.From(w0, h0))
        {
            if (step.Number % 50 == 0)
            {
                step.Save(Path.Combine(folder, $"{step.Number:D4}.npz"));
            }
        }

        Assert.Equal(["0000.npz", "0050.npz", "0100.npz", "0150.npz"],
            Directory.GetFiles(folder, "0*.npz").Select(file => Path.GetFileName(file)).Order());
        Assert.Equal(249, job.With(Optimizer.Adam(0.01)).Until(Stop.AfterSteps(250)).From(state).ToEnd()!.Number);
    }

    [Fact]
    public void ASignal_BecomesAPlaceBetweenTwoSteps()
    {
        string path = Path.Combine(_folder, "job.npz");
        (Tensor w0, Tensor h0) = (LoopJobs.Start, LoopJobs.Penalties);
        Action<StepRecord> told = _ => { };
        OuterLoop<Tensor, Tensor> job = LoopJobs.Deterministic.SavedTo(path, every: 10).Watched(new LoopTests.Listener(record => told(record)));

        using var preempted = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            preempted.Cancel();
        });
        OuterRun<Tensor, Tensor> run = job.Resume(w0, h0, preempted.Token);
        told = record =>
        {
            if (record.Step == 6)
            {
                preempted.Cancel();
            }
        };
        try
        {
            run.ToEnd();
        }
        catch (OperationCanceledException)
        {
            run.State.Save(path);
        }

        Assert.Equal(7, job.Load(path, w0, h0).Steps);
    }

    [Fact]
    public void CheckpointsOfAReversePass_ChangeNoBit()
    {
        var every = Hypergradient.Reverse(400, checkpointing: Checkpointing.Every(20));      // 40 states, every step twice
        var budget = Hypergradient.Reverse(400, checkpointing: Checkpointing.Budget(4096));    // as many states as fit, the fewest steps again

        var problem = Bilevel.Problem(LoopJobs.Training(LoopJobs.X, LoopJobs.Y).GradientDescentMap(0.05), LoopJobs.Validation);
        double[][] gradients = [.. ((HypergradientMethod[])[Hypergradient.Reverse(400), every, budget])
            .Select(method => method.Compute(problem, LoopJobs.Start, LoopJobs.Penalties).Gradient.ToArray<double>())];
        Assert.Equal(gradients[0], gradients[1]);
        Assert.Equal(gradients[0], gradients[2]);
    }

    // loops within each other, each of one step
    [Fact]
    public void FunctionsWithinFunctions_HaveTheStackThatTheirThreadHas()
    {
        Func<Tensor, Tensor> square = Enumerable.Range(0, 40).Aggregate(
            (Func<Tensor, Tensor>)(x => x.Square()), (inner, _) => x => Loop.Iterate(1, inner, x));
        Func<Tensor, Tensor> deep = x => square(x * 0.5).Sum();
        Tensor at = Tensor.Ones([2]);

        Tensor? gradient = null;
        var thread = new Thread(() => gradient = Diff.Grad(deep, at), maxStackSize: 256 << 20);
        thread.Start();
        thread.Join();

        // of (x/2)² at 1
        Assert.Equal([0.5, 0.5], gradient!.ToArray<double>());
    }
}
