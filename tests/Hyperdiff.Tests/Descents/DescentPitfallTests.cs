using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Descents;

/// <summary>Mistakes that other systems made in these methods, each with a test that it would fail.</summary>
public sealed class DescentPitfallTests
{
    private const double Rate = 0.1;

    // a few units in the last place of sums of some ten terms
    private const double Rounding = 1e-13;

    private static readonly QuadraticBilevel s_problem = QuadraticBilevel.Of(31);

    /// <summary>A penalty's gradient that is computed without its graph is zero, and λ then moves by F alone.</summary>
    [Fact]
    public void PenaltyByGradientNorm_HasAGradientInLambda()
    {
        const double M = 4;
        (Vector<double> w, Vector<double> hyper) = (Dense.Vector(s_problem.Start), Dense.Vector(s_problem.Hyper));
        Vector<double> penalty = 2 * M * s_problem.CrossProduct(s_problem.InnerStateGradient(w, hyper));

        DescentSolution<Tensor, Tensor> step = First(Descent.PbgdGradientNorm(Rate, Rate, M));

        Assert.True(penalty.L2Norm() > 0.1);
        AssertNear(hyper - (Rate / M * (s_problem.OuterHyperGradient(w, hyper) + penalty)), step.Hyper);
        AssertNear(w - (Rate / M * (s_problem.OuterStateGradient(w, hyper) + (2 * M * s_problem.HessianProduct(s_problem.InnerStateGradient(w, hyper))))),
            step.State);
    }

    [Fact]
    public void PenaltyByValueGap_HasAGradientInLambda()
    {
        const double M = 4;
        (Vector<double> w, Vector<double> hyper) = (Dense.Vector(s_problem.Start), Dense.Vector(s_problem.Hyper));
        Vector<double> inner = w - (Rate * s_problem.InnerStateGradient(w, hyper));
        Vector<double> penalty = M * s_problem.CrossProduct(w - inner);

        DescentSolution<Tensor, Tensor> step = First(Descent.Pbgd(Rate, 1, Rate, M));

        Assert.True(penalty.L2Norm() > 0.01);
        AssertNear(hyper - (Rate / M * (s_problem.OuterHyperGradient(w, hyper) + penalty)), step.Hyper);
    }

    /// <summary>‖(3), (4)‖² is 25, not (3 + 4)² = 49: for f = 3 w₁ + 4 w₂ + λ and F = w₁ the factor of IGA is 3/25, the multiplier of BOME η − 3/25.</summary>
    [Fact]
    public void Norms_AreOfTheWholeStructure()
    {
        Objective<Tensor[], Tensor> inner = Objective.From<Tensor[], Tensor>((w, h) => (3 * w[0]) + (4 * w[1]) + h);
        Objective<Tensor[], Tensor> outer = Objective.From<Tensor[], Tensor>((w, h) => w[0] + (0 * h));
        ObjectiveProblem<Tensor[], Tensor> problem = Bilevel.Problem(inner, outer);
        Tensor[] start = [Tensor.Scalar(0), Tensor.Scalar(0)];

        DescentSolution<Tensor[], Tensor> iga = (Descent.Iga(Rate, 1, 1) with { MaxSteps = 1 }).Minimize(problem, start, Tensor.Scalar(0));
        DescentSolution<Tensor[], Tensor> bome = (Descent.Bome(Rate, 1, 1, 0.5) with { MaxSteps = 1 }).Minimize(problem, start, Tensor.Scalar(0));
        DescentSteps<Tensor[], Tensor> soba = Descent.Soba(Rate, Rate).Steps(problem, start, Tensor.Scalar(0));

        Assert.Equal(3.0 / 25, iga.Hyper.ToScalar(), Rounding);
        Assert.Equal(-4 * (0.5 - (3.0 / 25)), bome.State[1].ToScalar(), Rounding);

        // directions (3, 4) of w and (−1, 0) of v
        Assert.Equal(Math.Sqrt(26), soba.Run(soba.Start, null, new CancellationToken(canceled: true)).Report.Residual, Rounding);
    }

    /// <summary>NaN is a status, never a step of zero.</summary>
    [Fact]
    public void NaN_IsAStatus_NotAZero()
    {
        // F = √λ falls towards 0, beyond which it is NaN
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => h.Sqrt().Sum() + (0 * w.Sum()));
        ObjectiveProblem<Tensor, Tensor> problem = Bilevel.Problem(Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum()), outer);

        DescentSolution<Tensor, Tensor> later = Descent.Soba(Rate, Rate).Minimize(problem, Tensor.Zeros([1]), Tensor.From([0.2]));
        DescentSolution<Tensor, Tensor> atOnce = Descent.Pbgd(Rate, 1, Rate, 1).Minimize(problem, Tensor.Zeros([1]), Tensor.From([-0.2]));

        Assert.Equal(SolveStatus.NonFiniteIterate, later.Report.Status);
        Assert.True(later.Last.Steps > 0);
        Assert.Equal(SolveStatus.NonFiniteInput, atOnce.Report.Status);
        Assert.Throws<SolveException>(atOnce.EnsureConverged);
    }

    /// <summary>A weight that decays has its initial value at the first step: α₀, not α₀/decay.</summary>
    [Fact]
    public void Mixture_AtTheFirstStep_HasItsInitialWeight()
    {
        const double Alpha = 0.4;
        (Vector<double> w, Vector<double> hyper) = (Dense.Vector(s_problem.Start), Dense.Vector(s_problem.Hyper));

        DescentSolution<Tensor, Tensor> step = First(Descent.DualMultiplier(Rate, Rate, Rate, Schedule.Exponential(Alpha, 0.5)));

        AssertNear(w - (Rate * ((Alpha * s_problem.OuterStateGradient(w, hyper)) + ((1 - Alpha) * s_problem.InnerStateGradient(w, hyper)))), step.State);
    }

    /// <summary>Momentum that begins at zero would make the first step too short.</summary>
    [Fact]
    public void Sustain_AtTheFirstStep_TakesTheWholeDirection()
    {
        (Vector<double> w, Vector<double> hyper) = (Dense.Vector(s_problem.Start), Dense.Vector(s_problem.Hyper));
        Vector<double> v = 0.3 * s_problem.OuterStateGradient(w, hyper);

        DescentSolution<Tensor, Tensor> step = First(Descent.Sustain(Rate, Rate, 0.5, HessianSeries.Truncated(1, 0.3)));

        AssertNear(w - (Rate * s_problem.InnerStateGradient(w, hyper)), step.State);
        AssertNear(hyper - (Rate * (s_problem.OuterHyperGradient(w, hyper) - s_problem.CrossProduct(v))), step.Hyper);
    }

    /// <summary>A leaf of λ that nothing depends on stays, and a warning names it; one that is added to f alone does not change the inner solution
    /// either.</summary>
    [Fact]
    public void UnusedHyperparameters_AreNamed()
    {
        ObjectiveProblem<Tensor, Tensor[]> problem = Bilevel.Problem(
            Objective.From<Tensor, Tensor[]>((w, h) => (w - h[0]).Square().Sum() + h[2].Sum()), Objective.From<Tensor, Tensor[]>((w, h) => w.Square().Sum()));
        DescentSolution<Tensor, Tensor[]> solution = (Descent.Soba(Rate, Rate) with { MaxSteps = 2 }).Minimize(problem, Tensor.Ones([1]),
            [Tensor.Ones([1]), Tensor.Ones([1]), Tensor.Ones([1])]);

        Assert.Equal([WarningKind.UnusedHyperparameter, WarningKind.UnusedHyperparameter], solution.Warnings.Select(warning => warning.Kind));
        Assert.Contains("λ[1]", solution.Warnings[0].Message, StringComparison.Ordinal);
        Assert.Contains("λ[2]", solution.Warnings[1].Message, StringComparison.Ordinal);
        Assert.Equal((1, 1), (solution.Hyper[1].ToArray<double>()[0], solution.Hyper[2].ToArray<double>()[0]));
    }

    /// <summary>The direction of λ uses the adjoint before its step.</summary>
    [Fact]
    public void DualMultiplier_StepsLambdaAlongTheAdjointBefore()
    {
        (Vector<double> w, Vector<double> hyper) = (Dense.Vector(s_problem.Start), Dense.Vector(s_problem.Hyper));
        AssertNear(hyper - (Rate * s_problem.OuterHyperGradient(w, hyper)), First(Descent.DualMultiplier(Rate, Rate, Rate)).Hyper);
    }

    /// <summary>At the inner minimum the factor ⟨g, ∇f⟩/‖∇f‖² is unbounded: the descent ends there with a reason.</summary>
    [Fact]
    public void Iga_AtTheInnerMinimum_BreaksDown()
    {
        Tensor minimum = Dense.Of(s_problem.Solution(Dense.Vector(s_problem.Hyper)));
        DescentSolution<Tensor, Tensor> solution = Descent.Iga(Rate, 1, Rate).Minimize(s_problem.Problem, minimum, s_problem.Hyper);

        Assert.Equal((SolveStatus.Breakdown, 0), (solution.Report.Status, solution.Last.Steps));
        Assert.Contains("inner minimum", solution.Reason, StringComparison.Ordinal);
        Assert.Contains("inner minimum", Assert.Throws<SolveException>(solution.EnsureConverged).Message, StringComparison.Ordinal);
    }

    /// <summary>g = 0 gives exactly h, also where ∇_wf = 0.</summary>
    [Fact]
    public void Iga_WhereTheOuterObjectiveIgnoresTheState_StepsAlongItsOwnGradient()
    {
        ObjectiveProblem<Tensor, Tensor> problem = Bilevel.Problem(
            Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum()), Objective.From<Tensor, Tensor>((_, h) => h.Square().Sum()));
        DescentSolution<Tensor, Tensor> solution = (Descent.Iga(Rate, 1, 0.25) with { MaxSteps = 1, Tolerance = 0 }).Minimize(problem, Tensor.Ones([1]),
            Tensor.Ones([1]));

        Assert.Equal((SolveStatus.MaxIterations, 0.5), (solution.Report.Status, solution.Hyper.ToArray<double>()[0]));
    }

    /// <summary>Where ∇q = 0 BOME follows F, without a 0/0.</summary>
    [Fact]
    public void Bome_AtTheInnerMinimum_FollowsTheOuterObjective()
    {
        ObjectiveProblem<Tensor, Tensor> problem = Bilevel.Problem(
            Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum()), Objective.From<Tensor, Tensor>((w, h) => w.Sum() + h.Sum()));
        DescentSolution<Tensor, Tensor> solution = (Descent.Bome(Rate, 3, 0.5, 1) with { MaxSteps = 1 }).Minimize(problem, Tensor.Ones([1]), Tensor.Ones([1]));

        Assert.Equal((0.5, 0.5), (solution.Hyper.ToArray<double>()[0], solution.State.ToArray<double>()[0]));
    }

    /// <summary>A barrier that its steps cannot stay within is a breakdown, not the logarithm of a negative number.</summary>
    [Fact]
    public void Bvfsm_OutsideOfItsBarrier_BreaksDown()
    {
        // z has one small step only, and w ends below it or near; F pushes w up with a huge slope
        ObjectiveProblem<Tensor, Tensor> problem = Bilevel.Problem(
            Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum()), Objective.From<Tensor, Tensor>((w, _) => 1e3 * w.Sum()));
        DescentSolution<Tensor, Tensor> solution = Descent.Bvfsm(0.4, 1, Rate, 0.1, 0.1).Minimize(problem, Tensor.Ones([1]), Tensor.Ones([1]));

        Assert.Equal(SolveStatus.Breakdown, solution.Report.Status);
        Assert.Contains("barrier", solution.Reason, StringComparison.Ordinal);
    }

    /// <summary>The gradient in the initial state is (∂w_T/∂w₀)ᵀ g(w_T): not g(w_T), which a copy of the last parameters would give, and which only first-order
    /// MAML means.</summary>
    [Fact]
    public void GradientInTheInitialState_IsNotThatAtTheLastOne()
    {
        const int Steps = 4;
        Vector<double> hyper = Dense.Vector(s_problem.Hyper);
        Vector<double> w = Dense.Vector(s_problem.Start);
        for (int t = 0; t < Steps; t++)
        {
            w -= Rate * s_problem.InnerStateGradient(w, hyper);
        }

        Vector<double> last = s_problem.OuterStateGradient(w, hyper), first = last;
        for (int t = 0; t < Steps; t++)
        {
            first -= Rate * s_problem.HessianProduct(first);
        }

        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(s_problem.Inner.Unroll(Optimizer.Sgd(Rate)), s_problem.Outer);
        IterativeHypergradient<Tensor, Tensor> maml = Hypergradient.Maml(Steps).Compute(problem, s_problem.Start, s_problem.Hyper);
        IterativeHypergradient<Tensor, Tensor> firstOrder = Hypergradient.FirstOrderMaml(Steps).Compute(problem, s_problem.Start, s_problem.Hyper);

        AssertNear(first, maml.WithRespectToStart);
        AssertNear(last, firstOrder.WithRespectToStart);
        AssertNear(w, firstOrder.State);
        AssertNear(s_problem.OuterHyperGradient(w, hyper), firstOrder.Gradient);
        Assert.Contains(firstOrder.Warnings, warning => warning.Kind == WarningKind.Truncated);
        Assert.True((first - last).L2Norm() > 0.1);
    }

    private static DescentSolution<Tensor, Tensor> First(Descent descent) => (descent with { MaxSteps = 1, Tolerance = 0 }) switch
    {
        StochasticDescent stochastic => stochastic.Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper),
        ExactDescent exact => exact.Minimize(s_problem.Problem, s_problem.Start, s_problem.Hyper),
        _ => throw new ArgumentException("no such descent", nameof(descent)),
    };

    private static void AssertNear(Vector<double> expected, Tensor actual) =>
        Assert.True((Dense.Vector(actual) - expected).L2Norm() <= Rounding * (1 + expected.L2Norm()), $"{actual} instead of {expected}");
}
