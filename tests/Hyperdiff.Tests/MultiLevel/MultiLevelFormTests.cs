using Hyperdiff.Tests.Evidence;

namespace Hyperdiff.Tests.MultiLevels;

/// <summary>Gradients of problems of several levels are traced and compiled once.</summary>
public sealed class MultiLevelFormTests
{
    private readonly Level<Tensor> _top = Level.Of("top", Tensor.From([0.3, -0.2]));
    private readonly Level<Tensor> _middle = Level.Of("middle", Tensor.Zeros([3]));
    private readonly Level<Tensor> _low = Level.Of("low", Tensor.Zeros([4]));
    private readonly MultiLevel _problems;
    private int _calls;
    private double _weight = 0.1;

    public MultiLevelFormTests()
    {
        Tensor up = RandomKey.FromSeed(1).Normal([3, 2]), down = RandomKey.FromSeed(2).Normal([4, 3]);
        _problems = MultiLevel.Of(
            _low.Minimizes((z, at) => Counted((z - down.MatMul(at.Parameters(_middle))).Square().Sum() + z.Cosh().Log().Sum()), Minimizer.NewtonCg(1e-12)),
            _middle.Minimizes(
                (y, at) => Counted((y - up.MatMul(at.Parameters(_top))).Square().Sum() + (_weight * at.Solution(_low).Square().Sum())),
                Minimizer.NewtonCg(1e-10)),
            _top.Minimizes((x, at) => Counted(at.Solution(_middle).Sum() + x.Square().Sum() + at.Solution(_low).Sum())));
    }

    [Fact]
    public void AGradientAtAnotherPoint_TracesAndCompilesNothing()
    {
        _ = _problems.Gradient(_top).EnsureConverged();
        (int calls, int traces) = (_calls, _problems.Forms.Traces);
        LevelPoint there = _problems.Start.With(_top, Tensor.From([-0.4, 0.7])).With(_low, Tensor.Ones([4]));
        LevelGradient<Tensor>? again = null;

        Assert.Equal(0, CompilationCount.Of(() => again = _problems.Gradient(_top, there)));
        Assert.Equal((calls, traces), (_calls, _problems.Forms.Traces));

        // the solves within end at 1e-10, with condition numbers below a hundred
        Tensor anew = Diff.Grad(_problems.Loss(_top, there), Tensor.From([-0.4, 0.7]));
        Assert.InRange((again!.EnsureConverged() - anew).Norm().ToScalar(), 0, 1e-8);
    }

    [Fact]
    public void ALossAndAnObjective_AreTracedAndCompiledOnce()
    {
        Func<Tensor, Tensor> loss = _problems.Loss(_top);
        Objective<Tensor, ValueTuple> objective = _problems.Objective(_top);
        Tensor there = Tensor.From([-0.4, 0.7]), value = loss(there), slope = Diff.Grad(loss, there);
        int calls = _calls;

        Assert.Equal(0, CompilationCount.Of(() =>
        {
            Assert.Equal(value.ToScalar(), _problems.Loss(_top)(there).ToScalar());
            Assert.Equal(value.ToScalar(), objective.Evaluate(there, default).ToScalar());
            Assert.Equal(slope.ToArray<double>(), Diff.Grad(loss, there).ToArray<double>());
        }));
        Assert.Equal(calls, _calls);

        // other solves begin elsewhere, and end within 1e-10
        LevelPoint elsewhere = _problems.Start.With(_low, Tensor.Ones([4]));
        Assert.Equal(value.ToScalar(), _problems.Loss(_top, elsewhere)(there).ToScalar(), 1e-8);
        Assert.Equal(calls, _calls);
    }

    [Fact]
    public void AGradientAnew_CompilesSomething() => Assert.True(CompilationCount.Of(() => _problems.Gradient(_top)) > 0);

    [Fact]
    public void ACapturedVariableThatChanged_IsSeen()
    {
        Tensor before = _problems.Gradient(_top).EnsureConverged();
        int traces = _problems.Forms.Traces;
        _weight = 0.3;
        Tensor after = _problems.Gradient(_top).EnsureConverged();

        Assert.Equal(traces + 1, _problems.Forms.Traces);
        Assert.InRange((after - before).Norm().ToScalar(), 1e-3, double.PositiveInfinity);
        Assert.InRange((after - Diff.Grad(_problems.Loss(_top), _top.Start)).Norm().ToScalar(), 0, 1e-8);
    }

    [Fact]
    public void AnAlternation_TracesEachOfItsGradientsOnce()
    {
        var run = OuterLoop.Over(_problems, _top, _middle.StepsBy(Optimizer.Sgd(0.1)), _low.StepsBy(Optimizer.Sgd(0.1), 2)).With(Optimizer.Adam(0.05));
        _ = run.Until(Stop.AfterSteps(2)).From(_problems.Start, _top.Start).ToEnd();
        int calls = _calls;
        _ = run.Until(Stop.AfterSteps(5)).From(_problems.Start, _top.Start).ToEnd();

        Assert.Equal((calls, 3), (_calls, _problems.Forms.Traces));
    }

    private Tensor Counted(Tensor value)
    {
        _calls++;
        return value;
    }
}
