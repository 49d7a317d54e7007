using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Faults that other systems have, or had: each test fails on a method with the fault that its name says.</summary>
public sealed class Pitfalls
{
    private const double Solved = 1e-13;

    // systems with condition numbers below ten
    private const double Exact = 1e-11;

    private static readonly Tree<(Tensor, Tensor)> s_pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);

    /// <summary>Conjugate gradients that return the iterate before the converged one: from zero, on a multiple of the identity, that is zero.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void ConjugateGradients_ReturnTheConvergedIterate_NotTheOneBefore(double c)
    {
        // I − J = c I: one update is exact
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => ((1 - c) * w) + h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.MatMul(Tensor.From([1.0, -2])));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.ConjugateGradient(Solved))
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(Solved)), outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        g.EnsureConverged();
        Assert.Equal(1, g.AdjointReport.Iterations);
        Assert.Equal(1 / c, g.Indirect.ToArray<double>()[0], 1e-12);
        Assert.Equal(-2 / c, g.Indirect.ToArray<double>()[1], 1e-12);
    }

    /// <summary>An operator that is scaled in the step length and not in the residual: right for a scale of one only.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(10)]
    public void ScaledOperator_ChangesTheAdjoint_AndNotTheHypergradient(double scale)
    {
        var problem = StronglyConvex.Quadratic(81, 5, 3);
        Objective<Tensor, Tensor> scaled = Objective.From<Tensor, Tensor>((w, h) => scale * problem.Inner.Evaluate(w, h));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(Solved))
            .Compute(Bilevel.Problem(scaled.MinimizedBy(Minimizer.NewtonCg(Solved)), problem.Outer), problem.Start, problem.Hyper);

        g.EnsureConverged();
        Assert.InRange(Dense.RelativeError(problem.Hypergradient(), g.Gradient), 0, Exact);
    }

    [Fact]
    public void UnconvergedConjugateGradients_AreAStatus_NotASilentZero()
    {
        var problem = StronglyConvex.Of(82, 6, 2);
        MinimizationProblem<Tensor, Tensor> minimum = Bilevel.Problem(problem.Inner.MinimizedBy(Minimizer.NewtonCg(Solved)), problem.Outer);
        foreach (int limit in new[] { 0, 1 })
        {
            ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient(Solved, maxIterations: limit))
                .Compute(minimum, problem.Start, problem.Hyper);

            Assert.Equal((SolveStatus.MaxIterations, limit, false), (g.AdjointReport.Status, g.AdjointReport.Iterations, g.Converged));
            Assert.Throws<SolveException>(g.EnsureConverged);
        }

        Assert.Throws<SolveException>(() => Diff.Grad(
            h => problem.Outer.Evaluate(
                Argmin.Of(problem.Inner.MinimizedBy(Minimizer.NewtonCg(Solved)), problem.Start, h, LinearSolver.ConjugateGradient(Solved, maxIterations: 0)),
                h), problem.Hyper));
    }

    /// <summary>An iteration limit taken from the first axis of b: none for a scalar.</summary>
    [Fact]
    public void ScalarState_IsSolvedFor_LikeAnyOther()
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - (3 * h)).Square());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(
            Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg(Solved)), Objective.From<Tensor, Tensor>((w, _) => w.Square())), Tensor.Scalar(0),
                Tensor.Scalar(2));

        g.EnsureConverged();
        Assert.Equal(36, g.Gradient.ToScalar(), 1e-10);
    }

    /// <summary>Weights that are moved in place, to and fro, and do not come back to the last bit.</summary>
    [Fact]
    public void NothingGiven_IsChanged_ToTheLastBit()
    {
        var problem = Contraction.InNorm(83, 4, 3);
        Tensor start = Tensor.From([0.1, 0.2, 0.3, 0.4]);
        double[][] before = [start.ToArray<double>(), problem.Hyper.ToArray<double>()];
        FixedPointProblem<Tensor, Tensor> bilevel = Bilevel.Problem(problem.Map, problem.Outer);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.Gmres())
            .Compute(Bilevel.Problem(bilevel.Inner.Map.SolvedBy(FixedPoint.Anderson()), bilevel.Outer), start, problem.Hyper);
        (double[] state, double[] adjoint) = (g.State.ToArray<double>(), g.Adjoint.ToArray<double>());
        _ = g.EstimateError();
        _ = g.Certify(problem.Bounds());
        _ = Hypergradient.Reverse(7, 3).Compute(bilevel, start, problem.Hyper);
        _ = Hypergradient.Forward(7).Compute(bilevel, start, problem.Hyper);
        _ = Hypergradient.Phantom(3).Compute(bilevel, start, problem.Hyper);

        Assert.Equal(before, [start.ToArray<double>(), problem.Hyper.ToArray<double>()]);
        Assert.Equal([state, adjoint], [g.State.ToArray<double>(), g.Adjoint.ToArray<double>()]);
    }

    [Fact]
    public void MinibatchesOfAReversePass_AreThoseOfTheForwardPass()
    {
        // one sample of three per step, drawn by a key of the step: reverse agrees with forward, which draws each once
        (Tensor data, var key) = (Tensor.From([1.0, 5, -3]), RandomKey.FromSeed(84));
        Dynamics<Tensor, Tensor> dynamics = Dynamics.From<Tensor, Tensor>(
            (w, h, t) => 0.5 * h.Exp() * (w - data.Take(key.Fold(t).Integers([1], 0, 3))).Square().Sum(), _ => Optimizer.Sgd(Schedule.Constant(0.3)));
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(dynamics, Objective.From<Tensor, Tensor>((w, _) => w.Square()));
        (Tensor start, Tensor hyper) = (Tensor.Scalar(1), Tensor.Scalar(-0.5));
        double forward = Hypergradient.Forward(20).Compute(problem, start, hyper).Gradient.ToScalar();

        Assert.Equal(forward, Hypergradient.Reverse(20).Compute(problem, start, hyper).Gradient.ToScalar(), 1e-13 * Math.Abs(forward));
        Assert.Equal(forward, Hypergradient.Reverse(20, checkpointing: Checkpointing.Every(6)).Compute(problem, start, hyper).Gradient.ToScalar(),
            1e-13 * Math.Abs(forward));
    }

    /// <summary>Truncated iterates under an implicit solve count the same dependence twice; here neither is offered with the other, and each alone is the
    /// partial series.</summary>
    [Fact]
    public void TruncationAtAFixedPoint_IsThePartialSeries_OnceAndNotTwice()
    {
        var problem = Contraction.InNorm(85, 4, 2);
        FixedPointProblem<Tensor, Tensor> bilevel = Bilevel.Problem(problem.Map, problem.Outer);
        ImplicitHypergradient<Tensor, Tensor> phantom = Hypergradient.Phantom(5)
            .Compute(Bilevel.Problem(bilevel.Inner.Map.SolvedBy(FixedPoint.Anderson(tolerance: Solved)), bilevel.Outer), problem.Start, problem.Hyper);
        IterativeHypergradient<Tensor, Tensor> truncated = Hypergradient.Reverse(200, truncate: 5).Compute(bilevel, phantom.State, problem.Hyper);

        Assert.InRange(Dense.RelativeError(Dense.Vector(phantom.Gradient), truncated.Gradient), 0, 1e-11);
        Assert.Contains(phantom.Warnings, warning => warning.Kind == WarningKind.Truncated);
        Assert.Contains(truncated.Warnings, warning => warning.Kind == WarningKind.Truncated);
    }

    [Theory]
    [InlineData("map")]
    [InlineData("outer")]
    public void NaN_IsAStatus_AndIsNotReplacedByZero(string where)
    {
        Tensor nan = Tensor.Scalar(double.NaN);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + (where == "map" ? h * nan : h));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (where == "outer" ? nan * w : w).Sum());
        HypergradientMethod[] methods = [Hypergradient.Implicit(), Hypergradient.Implicit(adjoint: LinearSolver.ConjugateGradient()),
            Hypergradient.Implicit(adjoint: LinearSolver.Auto()), Hypergradient.Phantom(3), Hypergradient.Reverse(3), Hypergradient.Forward(3)];
        Assert.All(methods, method =>
        {
            HypergradientResult<Tensor, Tensor> g = method.Compute(Bilevel.Problem(map, outer), Tensor.Zeros([2]), Tensor.Ones([2]));

            Assert.False(g.Converged, $"{method}\n{g}");
            Assert.Throws<SolveException>(g.EnsureConverged);
        });
    }

    /// <summary>‖(3), (4)‖ is 5, and the sum of the norms 7.</summary>
    [Fact]
    public void Norms_AreOverTheWholeStructure_NotSummedOverItsLeaves()
    {
        FixedPointMap<(Tensor, Tensor), Tensor> map = FixedPointMap.From<(Tensor, Tensor), Tensor>((w, h) => (w.Item1 + (3 * h), w.Item2 + (4 * h)),
            state: s_pair);
        Objective<(Tensor, Tensor), Tensor> outer = Objective.From<(Tensor, Tensor), Tensor>((w, _) => (3 * w.Item1) + (4 * w.Item2), state: s_pair);
        (Tensor, Tensor) start = (Tensor.Scalar(0), Tensor.Scalar(0));
        ImplicitHypergradient<(Tensor, Tensor), Tensor> g = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-10, maxIterations: 0))
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(maxIterations: 0)), outer), start, Tensor.Scalar(1));

        Assert.Equal((5.0, 5.0, 5e-10), (g.InnerReport.Residual, g.AdjointReport.Residual, g.AdjointReport.Tolerance));
        Objective<(Tensor, Tensor), Tensor> f = Objective.From<(Tensor, Tensor), Tensor>((w, h) => h * ((3 * w.Item1) + (4 * w.Item2)), state: s_pair);
        Assert.Equal(5, f.MinimizedBy(Minimizer.NewtonCg(maxIterations: 0)).Solve(start, Tensor.Scalar(1)).Report.Residual);
        RootCondition<(Tensor, Tensor), Tensor> c = RootCondition.From<(Tensor, Tensor),
            Tensor>((w, h) => (w.Item1 - (3 * h), w.Item2 - (4 * h)), state: s_pair);
        Assert.Equal(5, c.SolvedBy(Root.Newton(maxIterations: 0)).Solve(start, Tensor.Scalar(1)).Report.Residual);
    }

    [Fact]
    public void LeavesThatDependOnEachOther_AreSolvedForTogether_NotByDiagonalBlocks()
    {
        // w = (½ w₂ + λ, ¼ w₁): (I − J)⁻¹ has 8/7 where its diagonal blocks have 1
        FixedPointMap<(Tensor, Tensor), Tensor> map = FixedPointMap.From<(Tensor, Tensor), Tensor>((w, h) => ((0.5 * w.Item2) + h, 0.25 * w.Item1),
            state: s_pair);
        Objective<(Tensor, Tensor), Tensor> outer = Objective.From<(Tensor, Tensor), Tensor>((w, _) => w.Item1 + (2 * w.Item2), state: s_pair);
        (Tensor, Tensor) start = (Tensor.Scalar(0), Tensor.Scalar(0));
        LinearSolver[] solvers = [LinearSolver.FixedPoint(Solved), LinearSolver.DenseLu(Solved), LinearSolver.Gmres(tolerance: Solved),
            LinearSolver.Preconditioned(LinearSolver.Gmres(tolerance: Solved)), LinearSolver.Auto(Solved)];
        Assert.All(solvers, solver =>
        {
            ImplicitHypergradient<(Tensor, Tensor), Tensor> g = Hypergradient.Implicit(solver)
                .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(Solved)), outer), start, Tensor.Scalar(1));

            g.EnsureConverged();
            Assert.Equal(8.0 / 7 * 1.5, g.Gradient.ToScalar(), 1e-11);
        });
    }

    /// <summary>A softmax that is shifted by the greatest of all elements: NaN in the rows below.</summary>
    [Fact]
    public void RowsOfLogitsThatLieFarApart_HaveAFiniteHypergradient()
    {
        Tensor logits = Tensor.From(new double[,] { { 2000, 1999 }, { -2000, -2001 } });
        Tensor targets = Tensor.From(new double[,] { { 0, 1 }, { 1, 0 } });
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>(
            (w, h) => Hyperdiff.Losses.CrossEntropy(logits + w, targets) + (0.5 * h * w.Square().Sum()));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => Hyperdiff.Losses.CrossEntropy(logits + (2 * w), targets));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.DenseLu())
            .Compute(Bilevel.Problem(f.MinimizedBy(Minimizer.NewtonCg(1e-12)), outer), Tensor.Zeros([2, 2]), Tensor.Scalar(1));
        Tensor near = Tensor.From(new double[,] { { 1, 0 }, { 1, 0 } });
        ImplicitHypergradient<Tensor, Tensor> same = Hypergradient.Implicit(adjoint: LinearSolver.DenseLu()).Compute(
            Bilevel.Problem(
                Objective.From<Tensor, Tensor>((w, h) => Hyperdiff.Losses.CrossEntropy(near + w, targets) + (0.5 * h * w.Square().Sum()))
                    .MinimizedBy(Minimizer.NewtonCg(1e-12)),
                Objective.From<Tensor, Tensor>((w, _) => Hyperdiff.Losses.CrossEntropy(near + (2 * w), targets))),
            Tensor.Zeros([2, 2]),
            Tensor.Scalar(1));

        // logits of 2000 have rounding errors of 2e-13
        g.EnsureConverged();
        Assert.Equal(same.Gradient.ToScalar(), g.Gradient.ToScalar(), 1e-10);
    }

    [Fact]
    public void InnerDerivative_OfAFunctionThatIgnoresItsArgument_IsZero_AlsoWithinAnInnerProblem()
    {
        // w = ½ w + λ + ∂(λ³)/∂w: the last term is zero, whatever λ is
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h + Diff.Grad(_ => h.Pow(3), w));
        HypergradientMethod[] methods = [Hypergradient.Implicit(LinearSolver.FixedPoint(Solved)), Hypergradient.Reverse(60), Hypergradient.Forward(60)];
        Assert.All(methods, method =>
            Assert.Equal(2, method.Compute(
                Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(Solved)), Objective.From<Tensor, Tensor>((w, _) => w)), Tensor.Scalar(0),
                Tensor.Scalar(5)).Gradient.ToScalar(), 1e-11));
    }

    [Fact]
    public void ForwardOverAConstant_IsZero()
    {
        // neither Φ nor F depends on λ, and F not on w
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((_, _) => Tensor.Ones([2]));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((_, _) => Tensor.Scalar(3));
        HypergradientMethod[] methods = [Hypergradient.Implicit(), Hypergradient.Forward(3), Hypergradient.Reverse(3), Hypergradient.Phantom(2)];
        Assert.All(methods, method =>
        {
            HypergradientResult<Tensor, Tensor> g = method.Compute(Bilevel.Problem(map, outer), Tensor.Zeros([2]), Tensor.Ones([3]));

            Assert.True(g.Converged, g.ToString());
            Assert.Equal([0.0, 0, 0], g.Gradient.ToArray<double>());
            Assert.Equal(WarningKind.UnusedHyperparameter, Assert.Single(g.Warnings, warning => warning.Kind == WarningKind.UnusedHyperparameter).Kind);
        });
        (Tensor value, Tensor tangent) = Diff.Jvp(h => FixedPoint.Of(map, Tensor.Zeros([2]), h), Tensor.Ones([3]), Tensor.Ones([3]));
        Assert.Equal((2.0, 0.0), (value.Sum().ToScalar(), tangent.Sum().ToScalar()));
    }
}
