using Hyperdiff.Fixtures.Calls;

namespace Hyperdiff.Tests.Forms;

/// <summary>A lambda is traced once for a solve, however many updates it takes, and at every update if it read a value.</summary>
public sealed class TraceCountTests
{
    private static readonly Tensor s_start = Tensor.From([0.1, -0.2, 0.3]), s_hyper = Tensor.From([0.5, 1, -0.5]);

    private static readonly string[] s_solves = ["Newton-CG", "L-BFGS", "gradient descent", "fixed point", "Anderson", "Broyden", "root", "constrained"];

    /// <summary>Those that may read: the condition of a constrained problem is a derivative, which has no values.</summary>
    public static TheoryData<string> ReadingSolves => [.. s_solves.Where(name => name != "constrained")];

    /// <summary>What is computed at one λ: each function is needed once, and once more where a constraint or a recorded step needs its graph in another
    /// form.</summary>
    public static TheoryData<string> Computations => [
        .. s_solves, "evaluate", "gradient", "implicit, minimum", "implicit, fixed point", "implicit, root", "implicit, GMRES", "phantom", "reverse",
        "reverse, checkpoints", "forward", "unrolled", "MAML", "stochastic",
        "SOBA", "BOME", "argmin as a value", "best response", "explain", "DARTS"];

    [Theory]
    [MemberData(nameof(Computations))]
    public void Lambda_IsCalledOncePerSolve(string computation)
    {
        var counts = new int[3];
        Action<int> call = Call(computation, counts);
        call(0);

        int most = s_solves.Contains(computation) && computation != "constrained" ? 1 : 2;
        Assert.All(counts, count => Assert.InRange(count, 0, most));
    }

    [Theory]
    [MemberData(nameof(ReadingSolves))]
    public void LambdaThatReadsAValue_IsCalledAtEveryUpdate(string solve)
    {
        int calls = 0;
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => Read(PublicCalls.Inner(w, h), w));
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => Read(PublicCalls.Step(w, h), w));
        PublicCalls.Of(string.Empty, f, map, Objective.From<Tensor, Tensor>(PublicCalls.Outer)).Single(one => one.Name == $": {solve}").Call(0);

        Assert.InRange(calls, 4, int.MaxValue);

        Tensor Read(Tensor result, Tensor w)
        {
            calls++;
            return w.Norm().ToScalar() >= 0 ? result : -result;
        }
    }

    /// <summary>A pure form that reads a value has a graph per state too: the first one's branch is wrong at the others.</summary>
    [Fact]
    public void PureFormThatReadsAValue_IsTracedAtEveryUpdate()
    {
        var form = new MapForm<Tensor, Tensor, ValueTuple>("Step", (w, h, _) => w.ToScalar() > 1 ? 0.25 * w : (0.5 * w) + h, Tree.Tensor,
            Tree.Tensor, Tree.Unit);

        Assert.Equal(1.0, form.Bind(default).SolvedBy(FixedPoint.Iteration(1e-14)).Solve(Tensor.Scalar(9), Tensor.Scalar(0.5)).EnsureConverged()
            .ToScalar(), 1e-13);
    }

    [Fact]
    public void LambdaThatReadsNothing_MayDependOnTheCall()
    {
        double slope = 0.5;
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (slope * w) + h);
        double first = map.SolvedBy(FixedPoint.Iteration()).Solve(s_start, s_hyper).EnsureConverged().ToArray<double>()[0];
        slope = 0.25;

        Assert.Equal((1.0, 2.0 / 3), (first, map.SolvedBy(FixedPoint.Iteration()).Solve(s_start, s_hyper).EnsureConverged().ToArray<double>()[0]), (a, b) =>
            Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) <= 1e-9);
    }

    private static Action<int> Call(string computation, int[] counts)
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => Counted(0, PublicCalls.Inner(w, h)));
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => Counted(1, PublicCalls.Step(w, h)));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => Counted(2, PublicCalls.Outer(w, h)));
        return PublicCalls.Of(string.Empty, f, map, outer).Single(one => one.Name == $": {computation}").Call;

        Tensor Counted(int which, Tensor result)
        {
            counts[which]++;
            return result;
        }
    }
}
