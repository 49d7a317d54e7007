using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Hyperdiff.Tests.LinearSolvers;

namespace Hyperdiff.Tests.Evidence;

/// <summary>What a status is said to mean, for every solver there is: it fits the solver, and names only what exists and can be chosen there.</summary>
public sealed partial class AdviceTests
{
    private static readonly SolverKind[] s_iterations = [SolverKind.FixedPointIteration, SolverKind.DampedIteration, SolverKind.AcceleratedIteration];
    private static readonly SolverKind[] s_minimizers = [SolverKind.GradientDescent, SolverKind.QuasiNewton, SolverKind.NewtonMinimizer];
    private static readonly SolverKind[] s_roots = [SolverKind.NewtonRoot, SolverKind.ConstrainedMinimum];

    // what is named where: the factories among which the user of a solver chooses
    private static readonly (SolverKind[] Kinds, string[] Choices)[] s_choices =
    [
        (s_iterations, ["FixedPoint"]),
        (s_minimizers, ["Minimizer", "StepSize"]),
        (s_roots, ["Root", "LinearSolver"]),
        ([
            SolverKind.ConjugateGradients, SolverKind.Minres, SolverKind.Gmres, SolverKind.BiCgStab, SolverKind.Lsmr, SolverKind.LinearIteration,
            SolverKind.LinearDescent, SolverKind.AcceleratedLinear,
            SolverKind.DenseLu, SolverKind.DenseCholesky, SolverKind.CorrectionRounds, SolverKind.Automatic, SolverKind.Series,
        ],
            ["LinearSolver"]),
    ];

    // what would send the user in a circle
    private static readonly Dictionary<SolverKind, string> s_own = new()
    {
        [SolverKind.DampedIteration] = "FixedPoint.Damped",
        [SolverKind.AcceleratedIteration] = "FixedPoint.Anderson",
        [SolverKind.GradientDescent] = "Minimizer.GradientDescent",
        [SolverKind.QuasiNewton] = "Minimizer.Lbfgs",
        [SolverKind.NewtonMinimizer] = "Minimizer.NewtonCg",
        [SolverKind.ConjugateGradients] = "LinearSolver.ConjugateGradient",
        [SolverKind.Minres] = "LinearSolver.Minres",
        [SolverKind.Gmres] = "LinearSolver.Gmres",
        [SolverKind.BiCgStab] = "LinearSolver.BiCgStab",
        [SolverKind.Lsmr] = "LinearSolver.Lsmr",
        [SolverKind.LinearDescent] = "LinearSolver.Descent",
        [SolverKind.AcceleratedLinear] = "LinearSolver.Anderson",
        [SolverKind.DenseLu] = "LinearSolver.DenseLu",
        [SolverKind.DenseCholesky] = "LinearSolver.DenseCholesky",
        [SolverKind.Automatic] = "LinearSolver.Auto",
    };

    public static TheoryData<SolveStatus> Statuses => new(Enum.GetValues<SolveStatus>());

    private static SolverKind[] Kinds => Enum.GetValues<SolverKind>();

    [Fact]
    public void EverySolver_IsOfAKindThatIsKnown()
    {
        Type[] inner = [.. typeof(InnerSolver).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(InnerSolver)) && !type.IsAbstract)];
        LinearSolver[] linear = [.. SolverCases.All.Select(item => item.Make(1e-8, 10)), LinearSolver.Neumann(3),
            LinearSolver.RandomTruncation(3, 0.1, RandomKey.FromSeed(1)), LinearSolver.Ridge(LinearSolver.Gmres(), 1)];

        Assert.All(inner, type => Assert.NotEqual(SolverKind.Other, ((InnerSolver)RuntimeHelpers.GetUninitializedObject(type)).Kind));
        Assert.All(linear, solver => Assert.NotEqual(SolverKind.Other, solver.Kind));
        Assert.Empty(typeof(LinearSolver).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LinearSolver)) && !type.IsAbstract)
            .Except(linear.Select(solver => solver.GetType())));
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public void EveryStatusOfEveryKind_HasAdvice_ThatNamesWhatThereIs(SolveStatus status) => Assert.All(Kinds, kind =>
    {
        string advice = status.Describe(kind);
        string[] choices = s_choices.FirstOrDefault(item => item.Kinds.Contains(kind)).Choices ?? [];

        Assert.Matches("^[^A-Z].{8,}[^.]$", advice);
        foreach (Match named in Factory().Matches(advice))
        {
            Assert.NotEmpty(typeof(LinearSolver).Assembly.GetType($"Hyperdiff.{named.Groups[1].Value}")!.GetMember(named.Groups[2].Value));
            Assert.Contains(named.Groups[1].Value, choices);
            Assert.NotEqual(s_own.GetValueOrDefault(kind), named.Value);
        }
    });

    [Theory]
    [MemberData(nameof(Statuses))]
    public void WhatFitsOneSolverOnly_IsSaidOfThatOnly(SolveStatus status) => Assert.All(Kinds, kind =>
    {
        string advice = status.Describe(kind);
        bool definite = status == SolveStatus.Breakdown && kind is SolverKind.ConjugateGradients or SolverKind.DenseCholesky;
        bool recommended = advice.Contains("LinearSolver.ConjugateGradient", StringComparison.Ordinal);

        Assert.True(definite || recommended || !advice.Contains("positive definite", StringComparison.Ordinal), advice);
        if (kind is SolverKind.WhileLoop or SolverKind.Trajectory or SolverKind.Samples or SolverKind.GivenFunction && status == SolveStatus.MaxIterations)
        {
            Assert.DoesNotContain("residual", advice, StringComparison.Ordinal);
            Assert.DoesNotContain("limit of updates", advice, StringComparison.Ordinal);
        }

        if (kind == SolverKind.Minres && status is SolveStatus.MaxIterations or SolveStatus.Stagnated or SolveStatus.Diverged or SolveStatus.Breakdown)
        {
            Assert.True(kind != SolverKind.Minres || advice.Contains("not symmetric", StringComparison.Ordinal), advice);
        }

        if (s_minimizers.Contains(kind) && status is SolveStatus.MaxIterations or SolveStatus.Stagnated or SolveStatus.Diverged)
        {
            Assert.True(!s_minimizers.Contains(kind) || advice.Contains("unbounded below", StringComparison.Ordinal), advice);
        }
    });

    [Fact]
    public void Reports_CarryTheirKind_ThroughGraphsAndOut()
    {
        SolveReport report = new SolveReport("a solver", SolveStatus.Breakdown, 1, 2, 3, 4, 5, 0.5) { Kind = SolverKind.BiCgStab };

        Assert.Equal(report, SolveReport.FromTensor("a solver", report.ToTensor()));
        Assert.Equal(SolveStatus.Breakdown.Describe(SolverKind.BiCgStab), report.Advice);
        Assert.EndsWith(report.Advice, report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AWhileLoopAtItsLimit_SpeaksOfItsCondition()
    {
        string message = Assert.Throws<SolveException>(() => Loop.While(c => c > 0, c => c * 0.5, Tensor.Scalar(1.0), 10)).Message;

        Assert.Contains("the condition still holds after the last step that was allowed", message, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", message, StringComparison.Ordinal);
    }

    [Fact]
    public void BreakdownsAndLimits_OfLinearSolvers_SpeakOfWhatHappened()
    {
        // a rotation by a quarter: rᵀA r is 0
        Tensor quarter = Tensor.From(new double[,] { { 0, 1 }, { -1, 0 } });
        SolveReport Run(LinearSolver solver) =>
            solver.Solve(LinearOperator.From((Tensor x) => quarter.MatMul(x), new TensorType(DType.Float64, [2])), [Tensor.From([1.0, 2])]).Report;
        (SolveReport stabilized, SolveReport symmetric, SolveReport gradients) = (Run(LinearSolver.BiCgStab()), Run(LinearSolver.Minres()),
            Run(LinearSolver.ConjugateGradient()));

        Assert.Equal((SolveStatus.Breakdown, SolverKind.BiCgStab), (stabilized.Status, stabilized.Kind));
        Assert.Contains("LinearSolver.Gmres", stabilized.ToString(), StringComparison.Ordinal);
        Assert.False(symmetric.Converged);
        Assert.Contains("not symmetric", symmetric.ToString(), StringComparison.Ordinal);
        Assert.Equal(SolveStatus.Breakdown, gradients.Status);
        Assert.Contains("not symmetric positive definite", gradients.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void InnerSolves_SpeakOfTheirProblem()
    {
        FixedPointMap<Tensor, Tensor> slow = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.99 * w) + h);
        RootCondition<Tensor, Tensor> square = RootCondition.From<Tensor, Tensor>((w, h) => w.Square() - h);
        Solution<Tensor> wrong = square.SolvedBy((w, _) => w + 1).Solve(Tensor.Scalar(1), Tensor.Scalar(3));
        Solution<Tensor> few = slow.SolvedBy(FixedPoint.Iteration(1e-8, maxIterations: 3)).Solve(Tensor.Scalar(0), Tensor.Scalar(1));
        Solution<Tensor> counted = slow.SolvedBy(FixedPoint.Iteration(0, absoluteTolerance: 0, maxIterations: 3)).Solve(Tensor.Scalar(0), Tensor.Scalar(1));

        Assert.Contains("FixedPoint.Anderson", few.ToString(), StringComparison.Ordinal);
        Assert.Contains("what the function returned", wrong.ToString(), StringComparison.Ordinal);
        Assert.Contains("the updates that were asked for were made", counted.ToString(), StringComparison.Ordinal);
        foreach (Minimizer by in new[] { Minimizer.NewtonCg(), Minimizer.Lbfgs(), Minimizer.GradientDescent(StepSize.Backtracking(), maxIterations: 1000),
            Minimizer.GradientDescent(StepSize.Fixed(1), maxIterations: 1000) })
        {
            // falls for ever, ever faster, evenly, and ever more slowly
            foreach (Func<Tensor, Tensor> f in new Func<Tensor, Tensor>[]
            {
                w => w - w.Square(), w => -w.Square().Square() + w, w => -w, w => (-w).Exp(),
            })
            {
                SolveReport report = Objective.From<Tensor, Tensor>((w, _) => f(w)).MinimizedBy(by).Solve(Tensor.Scalar(1.5), Tensor.Scalar(0)).Report;
                Assert.False(report.Converged, report.ToString());
                Assert.True(report.Advice.Contains("unbounded below", StringComparison.Ordinal)
                    || report.Advice.Contains("step size is too large", StringComparison.Ordinal), report.ToString());
            }
        }
    }

    [Fact]
    public void ADerivativeThroughASolve_HasItsAdvice()
    {
        FixedPointMap<Tensor, Tensor> growing = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h);
        string message = Assert.Throws<SolveException>(
            () => Diff.Grad(
                h => FixedPoint.Of(growing.SolvedBy(FixedPoint.Iteration(1e-12, maxIterations: 2)), Tensor.Scalar(0), h), Tensor.Scalar(1))).Message;

        Assert.Contains(SolveStatus.MaxIterations.Describe(SolverKind.FixedPointIteration), message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\b(LinearSolver|Minimizer|FixedPoint|Root|StepSize)\.(\w+)")]
    private static partial Regex Factory();
}
