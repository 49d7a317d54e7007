using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>The code that <c>docs/outer-loops.md</c> shows.</summary>
public sealed class OuterLoopsPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-page-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ThePagesLoops_Run()
    {
        string path = Path.Combine(_folder, "loop.npz");
        (Weights w0, Penalty h0) = (new Weights(Tensor.Zeros([4])), new Penalty(Tensor.Zeros([4])));
        Objective<Weights, Penalty> train = Objective.From<Weights, Penalty>(
            (w, h) => (LoopJobs.X.MatMul(w.W) - LoopJobs.Y).Square().Mean() + (h.LogL2.Exp() * w.W.Square()).Sum(), "Train", Weights.Tree, Penalty.Tree);
        Objective<Weights, Penalty> validate = Objective.From<Weights, Penalty>(
            (w, _) => (LoopJobs.ValidationX.MatMul(w.W) - LoopJobs.ValidationY).Square().Mean(), "Validate", Weights.Tree, Penalty.Tree);
        var problem = Bilevel.Problem(train.MinimizedBy(Minimizer.NewtonCg()), validate);

        OuterLoop<Weights, Penalty> loop = OuterLoop.Over(problem, Hypergradient.Implicit())
            .With(Optimizer.Adam(0.1))
            .Until(Stop.AfterSteps(200) | Stop.NoImprovement(20));

        foreach (OuterStep<Weights, Penalty> step in loop.From(w0, h0))
        {
            Console.WriteLine(step);    // step 0: value 0.539…, |gradient| 0.618
        }

        OuterLoop<Weights, Penalty> job = loop.SavedTo(path, every: 10);
        OuterStep<Weights, Penalty>? last = job.Resume(w0, h0).ToEnd();    // from the file where there is one

        Dynamics<Weights, Penalty> inner = train.Unroll(Optimizer.HeavyBall(rate: 0.1, momentum: 0.9));
        OuterLoop<Weights, Penalty> alternating = OuterLoop.Over(Bilevel.Problem(inner, validate), Hypergradient.Reverse(steps: 5))
            .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(200));

        // both find about the same
        Assert.Equal(200, last!.Next.Steps);
        Assert.Equal(last.Best!.Value, alternating.From(w0, h0).ToEnd()!.Best!.Value, 0.01 * last.Best.Value);
        Assert.Equal(last.Next.Hyper.LogL2.ToArray<double>(), job.Resume(w0, h0).State.Hyper.LogL2.ToArray<double>());
    }

    [Fact]
    public void ThePagesLevels_Run()
    {
        (Level<Tensor> penalty, Level<Tensor> weights) = (Level.Of("penalty", Tensor.Scalar(0.3)), Level.Of("weights", Tensor.Scalar(0)));
        MultiLevel problems = MultiLevel.Of(
            penalty.Minimizes((_, at) => (at.Solution(weights) - 1).Square()),
            weights.Minimizes((w, at) => (0.5 * (w - 2).Square()) + (0.5 * at.Parameters(penalty) * w.Square())));

        OuterLoop<LevelPoint, Tensor> levels = OuterLoop.Over(problems, penalty, weights.StepsBy(Optimizer.HeavyBall(0.1, 0.9), steps: 5))
            .With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(200));

        // w* = 2 / (1 + h) = 1
        Assert.Equal(1, levels.From(problems.Start, Tensor.Scalar(0.3)).ToEnd()!.Hyper.ToScalar(), 0.05);
    }

    private sealed record Weights(Tensor W)
    {
        public static Tree<Weights> Tree { get; } = new Single<Weights>(w => w.W, w => new Weights(w));
    }

    private sealed record Penalty(Tensor LogL2)
    {
        public static Tree<Penalty> Tree { get; } = new Single<Penalty>(h => h.LogL2, h => new Penalty(h));
    }

    private sealed class Single<T>(Func<T, Tensor> leaf, Func<Tensor, T> made) : Tree<T>
    {
        public override void Flatten(T value, LeafWriter writer) => writer.Leaf("only", leaf(value));

        public override T Rebuild(T prototype, LeafReader reader) => made(reader.Leaf());
    }
}
