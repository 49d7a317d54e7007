namespace Hyperdiff.Tests.Hypergradients;

/// <summary>What an estimate of the error says of itself: when it is unavailable, and why.</summary>
public sealed class ErrorEstimateTests
{
    private static readonly FixedPointMap<Tensor, Tensor> s_map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h, "Step");
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum() + h.Sum(), "Validate");
    private static readonly FixedPointProblem<Tensor, Tensor> s_problem = Bilevel.Problem(s_map, s_outer);

    [Fact]
    public void Estimate_OfAnAffineProblem_IsTheError_HoweverFarTheState()
    {
        // w* = 2λ, ∇ℓ = 1 + 8λ = 9; at w = 0 nothing is small, and everything is linear
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-12))
            .Compute(
                Bilevel.Problem(s_problem.Inner.Map.SolvedBy(FixedPoint.Iteration(maxIterations: 0)), s_problem.Outer), Tensor.Zeros([2]), Tensor.Ones([2]));
        ErrorEstimate<Tensor> estimate = g.EstimateError();

        Assert.True(estimate.Status == EstimateStatus.Estimated, estimate.ToString());

        // the solves stop at 1e-6 relative
        Assert.Equal(8 * Math.Sqrt(2), estimate.Value, 1e-4);
        Assert.Equal(2 * Math.Sqrt(2), estimate.StateShift, 1e-4);
        Assert.All((g.Gradient + estimate.Correction!).ToArray<double>(), element => Assert.Equal(9, element, 1e-4));
        Assert.Equal(2, estimate.Reports.Length);
        Assert.StartsWith("δw, ", estimate.Reports[0].Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void Estimate_OfATruncatedAdjoint_NeedsASolver_AndThenIsTheError()
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Phantom(3)
            .Compute(Bilevel.Problem(s_problem.Inner.Map.SolvedBy(FixedPoint.Iteration(1e-14)), s_problem.Outer), Tensor.Zeros([2]), Tensor.Ones([2]));
        ErrorEstimate<Tensor> without = g.EstimateError();
        ErrorEstimate<Tensor> with = g.EstimateError(LinearSolver.FixedPoint());

        Assert.Equal(EstimateStatus.SolveFailed, without.Status);
        Assert.Contains("pass a solver", without.ToString(), StringComparison.Ordinal);
        Assert.True(double.IsNaN(without.Value));
        Assert.Null(without.Correction);

        // of v = 8 three terms are 7
        Assert.Equal(Math.Sqrt(2), with.Value, 1e-5);
    }

    [Fact]
    public void Estimate_OfARidgeAdjoint_TellsItsBias()
    {
        // (½ + ρ) v = 4 instead of ½ v = 4
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.Ridge(LinearSolver.Gmres(), 0.1))
            .Compute(Bilevel.Problem(s_problem.Inner.Map.SolvedBy(FixedPoint.Iteration(1e-14)), s_problem.Outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        Assert.Equal((8 - (4 / 0.6)) * Math.Sqrt(2), g.EstimateError(LinearSolver.Gmres()).Value, 1e-5);
        Assert.Equal(EstimateStatus.SolveFailed, g.EstimateError(LinearSolver.Ridge(LinearSolver.Gmres(), 0.1)).Status);
    }

    [Fact]
    public void Estimate_FarFromTheSolutionOfANonlinearMap_IsUnavailable()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.9 * w.Tanh()) + h);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.FixedPoint())
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(maxIterations: 1)), s_outer), Tensor.Full([2], -5), Tensor.Ones([2]));
        ErrorEstimate<Tensor> estimate = g.EstimateError();

        Assert.Equal(EstimateStatus.NotFirstOrder, estimate.Status);
        Assert.Contains("solve the inner problem further", estimate.Reason, StringComparison.Ordinal);
        Assert.True(double.IsNaN(estimate.Value));
    }

    [Fact]
    public void Estimate_WhereTheSystemIsSingular_IsUnavailable()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => w + (0 * h));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.DenseLu())
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration()), s_outer), Tensor.Ones([2]), Tensor.Ones([2]));

        Assert.Equal(SolveStatus.Singular, g.AdjointReport.Status);
        Assert.NotEqual(EstimateStatus.Estimated, g.EstimateError().Status);
    }

    [Fact]
    public void Estimate_OfANaN_IsUnavailable()
    {
        Tensor data = Tensor.From([1, double.NaN]);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + (h * data));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(map, s_outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        Assert.Equal(EstimateStatus.NonFinite, g.EstimateError().Status);
        Assert.False(g.Certify(new ContractionBounds
        {
            Contraction = 0.5,
            HyperJacobian = 1,
            JacobianLipschitz = 0,
            HyperJacobianLipschitz = 0,
            StateGradientLipschitz = 2,
            HyperGradientLipschitz = 0
        }).IsCertified);
    }

    [Fact]
    public void LooseInnerSolve_UnderATightAdjoint_IsAWarningOfTheEstimate()
    {
        ImplicitHypergradient<Tensor, Tensor> loose = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-10))
            .Compute(Bilevel.Problem(s_problem.Inner.Map.SolvedBy(FixedPoint.Iteration(1e-2)), s_problem.Outer), Tensor.Zeros([2]), Tensor.Ones([2]));
        ImplicitHypergradient<Tensor, Tensor> even = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-2))
            .Compute(Bilevel.Problem(s_problem.Inner.Map.SolvedBy(FixedPoint.Iteration(1e-10)), s_problem.Outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        HypergradientWarning warning = Assert.Single(loose.EstimateError().Warnings);
        Assert.Equal(WarningKind.InnerResidual, warning.Kind);
        Assert.Contains("a tighter adjoint gains nothing", warning.Message, StringComparison.Ordinal);
        Assert.Empty(even.EstimateError().Warnings);
    }

    [Fact]
    public void Estimate_OfAnExactHypergradient_IsZero()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((_, h) => 2 * h);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(map, s_outer), Tensor.Full([2], 2), Tensor.Ones([2]));

        Assert.Equal(0, g.EstimateError().Value);
    }

    [Fact]
    public void Estimate_OfStructures_AndOfFloat32_IsTheError()
    {
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        FixedPointMap<(Tensor, Tensor), (Tensor, Tensor)> map = FixedPointMap.From<(Tensor, Tensor), (Tensor, Tensor)>(
            (w, h) => ((0.4 * w.Item1.Tanh()) + h.Item1, (0.3 * w.Item2) + (h.Item2 * w.Item1.Sum())), state: pair, hyper: pair);
        Objective<(Tensor, Tensor), (Tensor, Tensor)> outer = Objective.From<(Tensor, Tensor), (Tensor, Tensor)>(
            (w, h) => w.Item1.Square().Sum() + w.Item2.Square().Sum() + h.Item2.Square().Sum(), state: pair, hyper: pair);
        foreach (DType type in new[] { DType.Float64, DType.Float32 })
        {
            (Tensor, Tensor) start = (Tensor.Ones([2]).To(type), Tensor.Ones([3]).To(type));
            (Tensor, Tensor) hyper = (Tensor.From([0.3, -0.2]).To(type), Tensor.From([0.1, 0.2, -0.4]).To(type));
            FixedPointProblem<(Tensor, Tensor), (Tensor, Tensor)> problem = Bilevel.Problem(map, outer);
            ImplicitHypergradient<(Tensor, Tensor), (Tensor, Tensor)> coarse = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-2))
                .Compute(Bilevel.Problem(problem.Inner.Map.SolvedBy(FixedPoint.Iteration(1e-2)), problem.Outer), start, hyper);
            ImplicitHypergradient<(Tensor, Tensor), (Tensor, Tensor)> fine = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-6))
                .Compute(Bilevel.Problem(problem.Inner.Map.SolvedBy(FixedPoint.Iteration(1e-6)), problem.Outer), start, hyper);
            double error = Math.Sqrt(
                (coarse.Gradient.Item1 - fine.Gradient.Item1).To(DType.Float64).Square().Sum().ToScalar()
                    + (coarse.Gradient.Item2 - fine.Gradient.Item2).To(DType.Float64).Square().Sum().ToScalar());

            ErrorEstimate<(Tensor, Tensor)> estimate = coarse.EstimateError();
            Assert.True(estimate.Status == EstimateStatus.Estimated, estimate.ToString());

            // the second order of errors of 1e-2
            Assert.Equal(1, estimate.Value / error, 0.1);
        }
    }
}
