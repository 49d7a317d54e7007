using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Listeners hear of every residual of every solve of a hypergradient, by name.</summary>
public sealed class ProgressTests
{
    private static readonly Contraction s_contraction = Contraction.InNorm(5, 6, 2);
    private static readonly FixedPointProblem<Tensor, Tensor> s_map = Bilevel.Problem(s_contraction.Map, s_contraction.Outer);
    private static readonly SampledRegression s_regression = new(3, samples: 8, size: 3);

    [Fact]
    public void Implicit_TellsOfBothSolves_UnderTheNamesOfTheirReports()
    {
        var history = new ResidualHistory();
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.Gmres())
            .Compute(Bilevel.Problem(s_map.Inner.Map.SolvedBy(FixedPoint.Anderson()), s_map.Outer), s_contraction.Start, s_contraction.Hyper,
            new() { Progress = history });

        Assert.Equal([g.InnerReport.Solver, g.AdjointReport.Solver], history.Solves);
        AssertMatches(g.InnerReport, history);
        AssertMatches(g.AdjointReport, history);
        Assert.Equal("adjoint, GMRES(20)", history.Solves[1]);
        Assert.Equal(history.Of(history.Solves[1]), history.Residuals);
    }

    [Fact]
    public void ImplicitOverAMinimum_TellsOfBothSolves()
    {
        var history = new ResidualHistory();
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit()
            .Compute(s_regression.Problem, Tensor.Zeros([3]), s_regression.Hyper, new() { Progress = history });

        Assert.Equal([g.InnerReport.Solver, g.AdjointReport.Solver], history.Solves);
        AssertMatches(g.InnerReport, history);
        AssertMatches(g.AdjointReport, history);
    }

    [Fact]
    public void AMethodChosenAtRunTime_TellsToo()
    {
        foreach (HypergradientMethod method in new HypergradientMethod[] { Hypergradient.Implicit(), Hypergradient.Reverse(7), Hypergradient.Forward(7) })
        {
            var history = new ResidualHistory();
            HypergradientResult<Tensor, Tensor> g = method.Compute(s_map, s_contraction.Start, s_contraction.Hyper, new() { Progress = history });
            Assert.Equal(g.InnerReport.Solver, history.Solves[0]);
        }
    }

    [Fact]
    public void IterativeMethods_TellOfEveryStep_AndOfTheWayBack()
    {
        (var reverse, var forward) = (new ResidualHistory(), new ResidualHistory());
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(9, truncate: 4, Checkpointing.Every(2))
            .Compute(s_map, s_contraction.Start, s_contraction.Hyper, new() { Progress = reverse });
        Hypergradient.Forward(9).Compute(s_map, s_contraction.Start, s_contraction.Hyper, new() { Progress = forward });

        Assert.Equal([g.InnerReport.Solver, "adjoint, back through 4 steps"], reverse.Solves);
        double[] steps = [.. Enumerable.Range(0, 9).Select(Step)];
        Assert.Equal(9, reverse.Of(reverse.Solves[0]).Count);
        for (int t = 0; t < 9; t++)
        {
            // the same numbers up to the rounding of the compiled map
            Assert.Equal(steps[t], reverse.Of(reverse.Solves[0])[t], 1e-14);
            Assert.Equal(steps[t], forward.Of(forward.Solves[0])[t], 1e-14);
        }

        Assert.Equal(g.InnerReport.Residual, reverse.Of(reverse.Solves[0])[^1]);

        // ‖α‖ before each step back: the first is that of g
        Tensor outer = s_contraction.Outer.Gradient(g.State, s_contraction.Hyper);
        Assert.Equal(4, reverse.Residuals.Count);
        Assert.Equal(outer.Square().Sum().Sqrt().ToScalar(), reverse.Residuals[0], 1e-14);

        double Step(int t)
        {
            Tensor w = s_contraction.Start;
            for (int i = 0; i < t; i++)
            {
                w = s_contraction.Map.Evaluate(w, s_contraction.Hyper);
            }

            return (s_contraction.Map.Evaluate(w, s_contraction.Hyper) - w).Square().Sum().Sqrt().ToScalar();
        }
    }

    [Fact]
    public void UnrolledOptimizers_TellOfTheirSteps()
    {
        var history = new ResidualHistory();
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(s_regression.Inner.Unroll(Optimizer.Sgd(0.1)), s_regression.Outer);
        Hypergradient.Reverse(5).Compute(problem, Tensor.Zeros([3]), s_regression.Hyper, new() { Progress = history });

        Assert.Equal(["5 steps of Train", "adjoint, back through 5 steps"], history.Solves);
        Assert.All(history.Solves, solve => Assert.Equal(5, history.Of(solve).Count));
    }

    [Fact]
    public void Stochastic_TellsOfTheResidualsOnMinibatches()
    {
        var history = new ResidualHistory();
        StochasticHypergradient<Tensor, Tensor> g = Hypergradient.Stochastic(Optimizer.Sgd(0.1), 12, batchSize: 3)
            .Compute(s_regression.Problem, Tensor.Zeros([3]), s_regression.Hyper, new() { Key = RandomKey.FromSeed(1), Progress = history });

        Assert.Equal([g.InnerReport.Solver, g.AdjointReport.Solver], history.Solves);
        Assert.Equal(12, history.Residuals.Count);
    }

    /// <summary>What a listener hears of the residual of A itself; those of scaled and normal equations are no residuals of it.</summary>
    [Theory]
    [InlineData("normal equations")]
    [InlineData("preconditioned")]
    [InlineData("refined")]
    [InlineData("ridge")]
    [InlineData("best iterate")]
    [InlineData("auto")]
    public void Wrappers_TellOfTheirOwnResiduals(string name)
    {
        LinearSolver cg = LinearSolver.ConjugateGradient(1e-6);
        LinearSolver solver = name switch
        {
            "normal equations" => LinearSolver.Normal(cg),
            "preconditioned" => LinearSolver.Preconditioned(cg),
            "refined" => LinearSolver.Refined(LinearSolver.ConjugateGradient(1e-2), 1e-6),
            "ridge" => LinearSolver.Ridge(cg, 0.1),
            "best iterate" => LinearSolver.BestIterate(cg),
            _ => LinearSolver.Auto(1e-6),
        };
        Tensor diagonal = Tensor.From([1.0, 2, 30]);
        LinearOperator matrix = LinearOperator.From(v => diagonal * v, new TensorType(DType.Float64, [3]));
        var history = new ResidualHistory();
        SolveReport report = solver.Solve(matrix, [Tensor.From([3.0, 0, 4])], null, history).Report;

        Assert.Equal([solver.Name], history.Solves);
        Assert.Equal(5, history.Residuals[0]);
        Assert.Equal(report.Residual, history.Residuals[^1], 1e-12);
    }

    [Fact]
    public void WhatAListenerThrows_EndsTheComputation()
    {
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(
            () => Hypergradient.Implicit().Compute(s_map, s_contraction.Start, s_contraction.Hyper, new() { Progress = new Thrower("adjoint") }));

        Assert.Equal("adjoint, fixed-point iteration", thrown.Message);
    }

    [Fact]
    public void AHistoryOfNothing_IsEmpty_AndSaysWhichSolvesThereWere()
    {
        var history = new ResidualHistory();
        Assert.Empty(history.Residuals);
        history.Report(new SolveProgress(0, 1, 0, "one"));

        Assert.Equal("ResidualHistory.Of: there was no solve named two; there were: one. (Parameter 'solve')",
            Assert.Throws<ArgumentException>(() => history.Of("two")).Message);
    }

    private static void AssertMatches(SolveReport report, ResidualHistory history)
    {
        Assert.Equal(report.Iterations + 1, history.Of(report.Solver).Count);

        // the report's is computed anew at the end, the last one told by the recurrence: they agree up to the rounding that the recurrence gathered
        Assert.Equal(report.Residual, history.Of(report.Solver)[^1], 1e-12);
    }

    private sealed class Thrower(string solve) : IProgress<SolveProgress>
    {
        public void Report(SolveProgress value)
        {
            if (value.Solve.StartsWith(solve, StringComparison.Ordinal))
            {
                throw new InvalidOperationException(value.Solve);
            }
        }
    }
}
