using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Descents;

/// <summary>What all descents share: a pure step that is traced once, counts, statuses, structures.</summary>
public sealed class DescentLoopTests
{
    private const double Rate = 0.4;

    private static readonly QuadraticBilevel s_problem = QuadraticBilevel.Of(12);

    /// <summary>Per method, the calls of one step with T = 3 and N = 4.</summary>
    public static TheoryData<string, long, long, long, long> CallsPerStep => new()
    {
        { "SOBA", 1, 1, 1, 1 },
        { "AmIGO", 3, 1, 4, 1 },
        { "stocBiO", 3, 1, 4, 1 },
        { "TTSA", 1, 1, 3, 1 },
        { "SUSTAIN", 2, 2, 6, 2 },
        { "dual multiplier", 1, 1, 2, 1 },
        { "F2SA", 8, 4, 0, 0 },
        { "PBGD", 5, 1, 0, 0 },
        { "PBGD, gradient norm", 1, 1, 1, 1 },
        { "BOME", 5, 1, 0, 0 },
        { "MEHA", 4, 2, 0, 0 },
        { "BVFSM", 9, 4, 0, 0 },
        { "IGA", 4, 1, 0, 0 },
    };

    public static TheoryData<string> Methods => [.. All.Select(method => method.Name)];

    private static Descent[] All =>
    [
        Descent.Soba(Rate, 0.1),
        Descent.Amigo(Rate, 3, 4, 0.1),
        Descent.StocBio(Rate, 3, 4, 0.1),
        Descent.Ttsa(Rate, 0.1, HessianSeries.Truncated(4, Rate)),
        Descent.Sustain(Rate, 0.1, 0.5, HessianSeries.Truncated(4, Rate)),
        Descent.DualMultiplier(Rate, 0.1),
        Descent.F2sa(Rate, 3, 0.1, 5),
        Descent.Pbgd(Rate, 3, 0.1, 5),
        Descent.PbgdGradientNorm(0.1, 0.1, 5),
        Descent.Bome(Rate, 3, 0.05, 0.5),
        Descent.Meha(0.2, 0.1, 5, 1),
        Descent.Bvfsm(Rate, 3, 0.1, 0.5, 10),
        Descent.Iga(Rate, 3, 0.01),
    ];

    [Theory]
    [MemberData(nameof(CallsPerStep))]
    public void Counts_AreThoseOfEveryStep_ByName(string method, long inner, long outer, long hessian, long cross)
    {
        var history = new List<DescentProgress<Tensor, Tensor>>();

        DescentSolution<Tensor, Tensor> solution = Run(method, s_problem.Problem, s_problem.Start, s_problem.Hyper, 2, history.Add);

        var step = new OracleCounts(inner, outer, hessian, cross);
        Assert.Equal([default, step, 2 * step], history.Select(at => at.Last.Counts));
        Assert.Equal(3 * step, solution.Counts);
        Assert.Equal((3 * hessian, 3 * cross, 2), (solution.Report.Products, solution.Report.TransposedProducts, solution.Report.Iterations));
        Assert.Equal((SolveStatus.MaxIterations, method), (solution.Report.Status, solution.Report.Solver));
        Assert.Equal([0, 1, 2], history.Select(at => at.Last.Steps));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Step_IsPure_AndARunIsItsSteps(string method)
    {
        Descent descent = Named(method);
        DescentSteps<Tensor, Tensor> steps = Steps(descent with { MaxSteps = 4, Tolerance = 0 }, s_problem.Problem, s_problem.Start, s_problem.Hyper);
        DescentState<Tensor, Tensor> second = steps.Next(steps.Next(steps.Start));
        DescentState<Tensor, Tensor> again = steps.Next(steps.Next(steps.Start));

        Assert.Equal(second.Hyper.ToArray<double>(), again.Hyper.ToArray<double>());
        DescentState<Tensor, Tensor> fourth = steps.Next(steps.Next(second));
        Assert.Equal(fourth.Hyper.ToArray<double>(), steps.Run().Hyper.ToArray<double>());
        DescentSolution<Tensor, Tensor> on = steps.Run(second);
        Assert.Equal(6, on.Last.Steps);
        Assert.Equal(steps.Next(steps.Next(fourth)).State.ToArray<double>(), on.State.ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Objectives_AreTracedOnce_WhateverTheNumberOfSteps(string method)
    {
        Objective<Tensor, Tensor> inner = Objective.From(s_problem.InnerValue);
        Objective<Tensor, Tensor> outer = Objective.From(s_problem.OuterValue);
        DescentSteps<Tensor, Tensor> steps = Steps(Named(method) with { MaxSteps = 20 }, Bilevel.Problem(inner, outer), s_problem.Start, s_problem.Hyper);
        (int, int) before = (inner.Traces, outer.Traces);

        steps.Run();

        Assert.Equal(before, (inner.Traces, outer.Traces));
        Assert.Equal((2, 2), before);
    }

    /// <summary>The same problem with w in two leaves beside a frozen one, in single precision: the same iterates.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Structures_AndSinglePrecision_GiveTheSameIterates(string method)
    {
        var tree = new FrozenTree();
        Tensor Joined((Tensor A, Tensor B, Tensor Scale) w) => Tensor.Concat(0, w.A, w.B).To(DType.Float64) * w.Scale.To(DType.Float64);
        Objective<(Tensor A, Tensor B, Tensor Scale), Tensor> inner = Objective.From<(Tensor A, Tensor B, Tensor Scale), Tensor>(
            (w, h) => s_problem.InnerValue(Joined(w), h.To(DType.Float64)).To(DType.Float32), state: tree);
        Objective<(Tensor A, Tensor B, Tensor Scale), Tensor> outer = Objective.From<(Tensor A, Tensor B, Tensor Scale), Tensor>(
            (w, h) => s_problem.OuterValue(Joined(w), h.To(DType.Float64)).To(DType.Float32), state: tree);
        (Tensor A, Tensor B, Tensor Scale) start = (Tensor.Zeros([2], DType.Float32), Tensor.Zeros([3], DType.Float32), Tensor.Ones([], DType.Float32));

        DescentSolution<Tensor, Tensor> expected = Run(method, s_problem.Problem, s_problem.Start, s_problem.Hyper, 5);
        DescentSolution<(Tensor A, Tensor B, Tensor Scale), Tensor> actual = Run(method, Bilevel.Problem(inner, outer), start,
            s_problem.Hyper.To(DType.Float32), 5);

        // rounding of five steps, amplified by multipliers of at most ten
        double allowed = 1000 * DType.Float32.Epsilon() * (1 + expected.Hyper.Norm().ToScalar());
        Assert.Equal(DType.Float32, actual.Hyper.DType);
        Assert.True((actual.Hyper.To(DType.Float64) - expected.Hyper).Norm().ToScalar() < allowed, $"{actual}\n{expected}");
        Assert.Equal(1, actual.State.Scale.ToScalar());
    }

    [Fact]
    public void Run_ThatRunsAway_IsNotFinite()
    {
        DescentSolution<Tensor, Tensor> solution = Run("SOBA", s_problem.Problem, s_problem.Start, s_problem.Hyper, 1000, rate: 2);

        Assert.Equal(SolveStatus.NonFiniteIterate, solution.Report.Status);
        Assert.Throws<SolveException>(solution.EnsureConverged);
    }

    [Fact]
    public void Run_FromNaN_IsNonFiniteInput() => Assert.Equal(
        SolveStatus.NonFiniteInput, Run("SOBA", s_problem.Problem, s_problem.Start, Tensor.From([double.NaN, 0, 0]), 10).Report.Status);

    [Fact]
    public void Run_ThatIsCancelled_SaysSo()
    {
        using var source = new CancellationTokenSource();
        DescentSolution<Tensor, Tensor> solution = Descent.Soba(Rate, 0.1).Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper, new Listener(at =>
        {
            if (at.Last.Steps == 3)
            {
                source.Cancel();
            }
        }), source.Token);

        Assert.Equal((SolveStatus.Cancelled, 4), (solution.Report.Status, solution.Last.Steps));
    }

    [Fact]
    public void Run_WithALooseTolerance_StopsAtTheFirstStateThatMeetsIt()
    {
        var history = new List<DescentProgress<Tensor, Tensor>>();
        DescentSolution<Tensor, Tensor> solution =
            (Descent.Soba(Rate, 0.2) with { Tolerance = 1e-3 }).Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper, new Listener(history.Add));

        Assert.Equal(solution.Hyper.ToArray<double>(), solution.EnsureConverged().ToArray<double>());
        Assert.True(history[^1].Residual <= 1e-3 && history[^2].Residual > 1e-3);
        Assert.Equal((history[^1].Residual, 1e-3), (solution.Report.Residual, history[^1].Tolerance));
        Assert.Same(history[^1].Last, solution.Last);
    }

    [Fact]
    public void Conditions_AreCheckedAgainstBounds()
    {
        StrongConvexityBounds bounds = s_problem.Bounds;

        Assert.All(Descent.Soba(0.5, 0.1).Check(bounds), condition => Assert.True(condition.Holds, $"{condition}"));
        DescentCondition failed = Assert.Single(Descent.Soba(0.6, 0.1).Check(bounds), condition => !condition.Holds);
        Assert.Equal("FAILS: ρ ≤ 1/L, so that steps on f contract by 1 − ρ μ (0.6 against 0.5)", $"{failed}");
        Assert.Contains(Descent.F2sa(0.5, 1, 0.1, 1).Check(bounds),
            condition => !condition.Holds && condition.Statement.StartsWith("m₀ ≥ 2 L_F/μ", StringComparison.Ordinal));
        Assert.Contains(Descent.PbgdGradientNorm(0.2, 0.1, 1).Check(bounds), condition => !condition.Holds);
        Assert.Contains(Descent.Meha(0.4, 0.1, 1, 1).Check(bounds), condition => !condition.Holds);
        Assert.Contains(Descent.Soba(0.5, 0.1).Check(bounds with { Convexity = 0 }), condition => !condition.Holds);

        DescentSolution<Tensor, Tensor> solution = (Descent.Soba(0.6, 0.1) with { Bounds = bounds, MaxSteps = 1 }).Minimize(s_problem.Problem, s_problem.Start,
            s_problem.Hyper);
        Assert.Contains("FAILS", $"{solution}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Rates_ThatAreNotPositive_AreRefused(double rate)
    {
        Assert.Equal("innerRate", Assert.Throws<ArgumentOutOfRangeException>(() => Descent.Soba(rate, 0.1)).ParamName);
        Assert.Equal("outerRate", Assert.Throws<ArgumentOutOfRangeException>(() => Descent.Soba(0.1, rate)).ParamName);
        Assert.Equal("multiplier", Assert.Throws<ArgumentOutOfRangeException>(() => Descent.Pbgd(0.1, 1, 0.1, rate)).ParamName);
    }

    [Fact]
    public void Counts_Shares_AndLimits_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent.Amigo(0.1, 0, 1, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent.StocBio(0.1, 1, -1, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent.Sustain(0.1, 0.1, 1.5, HessianSeries.Truncated(1, 0.1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => HessianSeries.Random(0, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent.DualMultiplier(0.1, 0.1, mixture: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent.Soba(0.1, 0.1) with { MaxSteps = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => Descent.Soba(0.1, 0.1) with { Tolerance = -1 });
    }

    private static Descent Named(string method) => All.Single(descent => descent.Name == method);

    private static DescentSteps<TState, Tensor> Steps<TState>(Descent descent, ObjectiveProblem<TState, Tensor> problem, TState start, Tensor hyper) =>
        descent switch
        {
            StochasticDescent stochastic => stochastic.Steps(problem, start, hyper),
            ExactDescent exact => exact.Steps(problem, start, hyper),
            _ => throw new ArgumentException("no such descent", nameof(descent)),
        };

    internal static DescentSolution<TState, Tensor> Run<TState>(
        string method, ObjectiveProblem<TState, Tensor> problem, TState start, Tensor hyper, int steps, Action<DescentProgress<TState, Tensor>>? listen = null,
        double? rate = null)
    {
        Descent descent = rate is { } other ? Descent.Soba(other, other) : Named(method);
        return Steps(descent with { MaxSteps = steps, Tolerance = 0 }, problem, start, hyper).Run(listen is null ? null : new Listener<TState>(listen));
    }

    private class Listener<TState>(Action<DescentProgress<TState, Tensor>> listen) : IProgress<DescentProgress<TState, Tensor>>
    {
        public void Report(DescentProgress<TState, Tensor> value) => listen(value);
    }

    private sealed class Listener(Action<DescentProgress<Tensor, Tensor>> listen) : Listener<Tensor>(listen);

    private sealed class FrozenTree : Tree<(Tensor A, Tensor B, Tensor Scale)>
    {
        public override void Flatten((Tensor A, Tensor B, Tensor Scale) value, LeafWriter writer)
        {
            writer.Leaf("A", value.A);
            writer.Leaf("Scale", value.Scale, frozen: true);
            writer.Leaf("B", value.B);
        }

        public override (Tensor A, Tensor B, Tensor Scale) Rebuild((Tensor A, Tensor B, Tensor Scale) prototype, LeafReader reader)
        {
            Tensor a = reader.Leaf();
            Tensor scale = reader.Leaf();
            return (a, reader.Leaf(), scale);
        }
    }
}
