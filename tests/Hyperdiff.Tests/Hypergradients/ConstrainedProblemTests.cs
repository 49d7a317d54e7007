using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Hypergradients over constrained minima, against closed forms.</summary>
public sealed class ConstrainedProblemTests
{
    private const double Solved = 1e-13;

    // of systems with condition numbers of some hundred
    private const double Exact = 1e-10;

    [Fact]
    public void EqualityConstrainedQuadratic_HasTheDerivativeOfItsClosedForm_InStateAndMultipliers()
    {
        // min ½wᵀQw − wᵀBλ subject to E w = D λ: [[Q, Eᵀ], [E, 0]] (w, ν) = (B, D) λ
        var random = new Random(21);
        Matrix<double> q = MatrixMaker.PositiveDefinite(random, 6, 0.5, 3);
        (Matrix<double> b, Matrix<double> e, Matrix<double> d) = (MatrixMaker.Gaussian(random, 6, 4), MatrixMaker.Gaussian(random, 2, 6),
            MatrixMaker.Gaussian(random, 2, 4));
        (Vector<double> lambda, Vector<double> g, Vector<double> s) = (MatrixMaker.Gaussian(random, 4), MatrixMaker.Gaussian(random, 6),
            MatrixMaker.Gaussian(random, 2));
        Matrix<double> system = q.Append(e.Transpose()).Stack(e.Append(Matrix<double>.Build.Dense(2, 2)));
        Matrix<double> response = system.Solve(b.Stack(d));
        (Tensor tq, Tensor tb, Tensor te, Tensor td, Tensor tg, Tensor ts) = (Dense.Of(q), Dense.Of(b), Dense.Of(e), Dense.Of(d), Dense.Of(g), Dense.Of(s));
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.MatMul(tq.MatMul(w))) - w.MatMul(tb.MatMul(h)))
            .SubjectTo(equalities: (w, h) => te.MatMul(w) - td.MatMul(h));
        Objective<KktPoint<Tensor>, Tensor> outer = Objective.From<KktPoint<Tensor>, Tensor>((p, _) => tg.MatMul(p.State) + ts.MatMul(p.Equalities),
            state: inner.PointTree);
        ImplicitHypergradient<KktPoint<Tensor>, Tensor> gradient = Hypergradient.Implicit()
            .Compute(Bilevel.Problem(inner.Kkt.SolvedBy(Root.Newton(tolerance: Solved)), outer), inner.Start(Tensor.Zeros([6]), Dense.Of(lambda)),
                Dense.Of(lambda));

        gradient.EnsureConverged();
        Vector<double> solution = response * lambda;
        Assert.InRange(Dense.RelativeError(solution.SubVector(0, 6), gradient.State.State), 0, Exact);
        Assert.InRange(Dense.RelativeError(solution.SubVector(6, 2), gradient.State.Equalities), 0, Exact);
        Assert.InRange(Dense.RelativeError(response.TransposeThisAndMultiply(Vector<double>.Build.DenseOfEnumerable(g.Concat(s))),
            gradient.Gradient), 0, Exact);
    }

    [Fact]
    public void BoxConstrainedQuadratic_HasADerivativeOfExactlyZero_AtActiveBounds()
    {
        // min ½‖w − λ‖² on [0, 1]³ at λ = (2, ½, −1)
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum())
            .SubjectTo(inequalities: (w, _) => Tensor.Concat(0, -w, w - 1));
        Tensor hyper = Tensor.From([2, 0.5, -1]);
        Tensor Of(Tensor h) => Root.Of(inner.Kkt.SolvedBy(Root.Newton(tolerance: Solved)), inner.Start(Tensor.Full([3], 0.3), h), h).State;

        Assert.Equal([1, 0.5, 0], Of(hyper).ToArray<double>().Select(x => Math.Round(x, 12)));
        foreach (Tensor jacobian in new[] { Diff.JacobianForward(Of, hyper), Diff.JacobianReverse(Of, hyper) })
        {
            double[] numbers = jacobian.ToArray<double>();
            Assert.Equal(1, numbers[4], 1e-13);
            Assert.All(numbers.Where((_, i) => i != 4), number => Assert.Equal(0, number));
        }
    }

    [Fact]
    public void BoundConstrainedQuadratic_FollowsTheFreeCoordinates_AndTheBoundsThatMove()
    {
        // min ½wᵀQw − wᵀλ, w₀ ≤ λ₀ − 2 active: w₁₂ = Q₁₂⁻¹(λ₁₂ − q (λ₀ − 2))
        var q = Matrix<double>.Build.DenseOfArray(new double[,] { { 2, 0.5, 0.3 }, { 0.5, 3, 0.2 }, { 0.3, 0.2, 1 } });
        Tensor tq = Dense.Of(q);
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.MatMul(tq.MatMul(w))) - w.MatMul(h))
            .SubjectTo(inequalities: (w, h) => w[0] - h[0] + 2);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.MatMul(Tensor.From([1.0, 2, 3])));
        Tensor hyper = Tensor.From([1.0, 1, 1]);
        ImplicitHypergradient<KktPoint<Tensor>, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(inner, outer),
            inner.Start(Tensor.Zeros([3]), hyper), hyper);

        g.EnsureConverged();
        Vector<double> u = q.SubMatrix(1, 2, 1, 2).Solve(Vector<double>.Build.Dense([2.0, 3]));
        Vector<double> exact = Vector<double>.Build.Dense([1 - (u[0] * 0.5) - (u[1] * 0.3), u[0], u[1]]);
        Assert.InRange(Dense.RelativeError(exact, g.Gradient), 0, Exact);
        Assert.True(g.State.Inequalities.ToScalar() > 0);
    }

    [Fact]
    public void ProjectionOnABall_HasItsDerivatives_ToTheSecondOrder()
    {
        // min ½‖w − c‖² with ‖w‖² ≤ λ: w = √λ c/‖c‖, μ = (‖c‖/√λ − 1)/2
        Tensor c = Tensor.From([3.0, 4]);
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, _) => 0.5 * (w - c).Square().Sum())
            .SubjectTo(inequalities: (w, h) => w.Square().Sum() - h);
        Tensor Of(Tensor h) => Root.Of(inner.Kkt.SolvedBy(Root.Newton(tolerance: Solved)), inner.Start(Tensor.Ones([2]), h), h).State[0];
        Tensor radius = Tensor.Scalar(4);

        Assert.Equal(1.2, Of(radius).ToScalar(), Exact);
        Assert.Equal(0.15, Diff.Grad(Of, radius).ToScalar(), Exact);
        Assert.Equal(0.6 * -0.25 / 8, Diff.Hessian(Of, radius).ToScalar(), Exact);
        KktPoint<Tensor> point = inner.Kkt.SolvedBy(Root.Newton(tolerance: Solved)).Solve(inner.Start(Tensor.Ones([2]), radius), radius).EnsureConverged();
        Assert.Equal(0.75, point.Inequalities.ToScalar(), Exact);
    }

    [Fact]
    public void RandomQuadraticPrograms_HaveTheDerivativeOfTheirActiveSet()
    {
        for (int seed = 50; seed < 60; seed++)
        {
            // min ½wᵀQw − wᵀBλ subject to M w ≤ m: on the active rows A, [[Q, Aᵀ], [A, 0]] (w, μ) = (Bλ, m)
            var random = new Random(seed);
            Matrix<double> q = MatrixMaker.PositiveDefinite(random, 8, 0.5, 3);
            (Matrix<double> b, Matrix<double> m) = (MatrixMaker.Gaussian(random, 8, 3), MatrixMaker.Gaussian(random, 12, 8));
            (Vector<double> lambda, Vector<double> g) = (MatrixMaker.Gaussian(random, 3), MatrixMaker.Gaussian(random, 8));
            (Tensor tq, Tensor tb, Tensor tm, Tensor tg) = (Dense.Of(q), Dense.Of(b), Dense.Of(m), Dense.Of(g));
            ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.MatMul(tq.MatMul(w))) - w.MatMul(tb.MatMul(h)))
                .SubjectTo(inequalities: (w, _) => tm.MatMul(w) - 0.5);
            Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => tg.MatMul(w));
            ImplicitHypergradient<KktPoint<Tensor>, Tensor> gradient = Hypergradient.Implicit()
                .Compute(Bilevel.Problem(inner.SolvedBy(Root.Newton(tolerance: Solved)), outer), inner.Start(Tensor.Zeros([8]), Dense.Of(lambda)),
                Dense.Of(lambda));
            Assert.True(gradient.Converged, $"seed {seed}\n{gradient}");

            int[] active = [.. Enumerable.Range(0, 12).Where(i => gradient.State.Inequalities.ToArray<double>()[i] > 1e-6)];
            Assert.True(active.Length > 0, $"seed {seed}: nothing is active");
            Matrix<double> a = Matrix<double>.Build.DenseOfRowVectors(active.Select(m.Row));
            Matrix<double> system = q.Append(a.Transpose()).Stack(a.Append(Matrix<double>.Build.Dense(active.Length, active.Length)));
            Matrix<double> response = system.Solve(b.Stack(Matrix<double>.Build.Dense(active.Length, 3))).SubMatrix(0, 8, 0, 3);
            Assert.True(Dense.RelativeError(response.TransposeThisAndMultiply(g), gradient.Gradient) < Exact * system.ConditionNumber(),
                $"seed {seed}\n{gradient}");
            Assert.True((m * Dense.Vector(gradient.State.State)).Max() < 0.5 + 1e-9, $"seed {seed}: infeasible");
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-10)]
    [InlineData(-1e-10)]
    public void AnActiveBoundWithoutAMultiplier_IsSingular_AndAWarningNamesIt(double lambda)
    {
        // min ½(w − λ)² with w ≥ 0: the derivative jumps from 0 to 1 at λ = 0
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum())
            .SubjectTo(inequalities: (w, _) => -w);
        Tensor hyper = Tensor.From([lambda, 1]);
        ImplicitHypergradient<KktPoint<Tensor>, Tensor> g = Hypergradient.Implicit()
            .Compute(Bilevel.Problem(inner, Objective.From<Tensor, Tensor>((w, _) => w.Sum())), inner.Start(Tensor.Ones([2]), hyper), hyper);

        Assert.Equal(SolveStatus.Singular, g.InnerReport.Status);
        HypergradientWarning warning = Assert.Single(g.Warnings);
        Assert.Equal(WarningKind.NoDerivative, warning.Kind);
        Assert.Contains("inequality 0 and its multiplier are both within", warning.Message, StringComparison.Ordinal);
        Assert.Throws<SolveException>(g.EnsureConverged);
        SolveException exception = Assert.Throws<SolveException>(
            () => Diff.Grad(h => Root.Of(inner.Kkt.SolvedBy(Root.Newton()), inner.Start(Tensor.Ones([2]), h), h).State.Sum(), hyper));
        Assert.Contains(exception.Reports, report => report.Status == SolveStatus.Singular);
    }

    [Fact]
    public void AMultiplierThatIsSmallButClear_IsNotSingular()
    {
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square()).SubjectTo(inequalities: (w, _) => -w);
        foreach ((double lambda, double slope) in new[] { (1e-4, 1.0), (-1e-4, 0.0) })
        {
            // from within, from outside, and from the kink of the condition itself
            foreach (double start in new[] { 1.0, -1, 0 })
            {
                Tensor Of(Tensor h) => Root.Of(inner.Kkt.SolvedBy(Root.Newton(tolerance: 1e-12)), inner.Start(Tensor.Scalar(start), h), h).State;

                Assert.Equal(slope, Diff.Grad(Of, Tensor.Scalar(lambda)).ToScalar(), 1e-10);
            }
        }
    }

    [Fact]
    public void DependentConstraints_AreSingular_AndContradictingOnesDoNotConverge()
    {
        Objective<Tensor, Tensor> f = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        Tensor hyper = Tensor.From([1.0, 2]);
        SolveReport Inner(ConstrainedObjective<Tensor, Tensor> inner) =>
            Hypergradient.Implicit().Compute(Bilevel.Problem(inner, outer), inner.Start(Tensor.Zeros([2]), hyper), hyper).InnerReport;

        Assert.Equal(SolveStatus.Singular, Inner(f.SubjectTo(equalities: (w, _) => Tensor.Stack(0, w.Sum() - 1, (2 * w.Sum()) - 2))).Status);
        Assert.False(Inner(f.SubjectTo(equalities: (w, _) => Tensor.Stack(0, w.Sum() - 1, w.Sum() - 2))).Converged);
    }

    [Fact]
    public void Evidence_IsThatOfOtherProblems()
    {
        // min ½‖w − λ‖² with w₀ ≤ ½ active, and Σ w = 1
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum()).SubjectTo((w, _) => w.Sum() - 1,
            (w, _) => w[0] - 0.5);
        RootProblem<KktPoint<Tensor>, Tensor> problem = Bilevel.Problem(inner, Objective.From<Tensor, Tensor>((w, h) => (w * h).Sum() + w.Square().Sum()));
        Tensor hyper = Tensor.From([2.0, 0.7, 0.1]);
        KktPoint<Tensor> start = inner.Start(Tensor.Zeros([3]), hyper);
        DerivativeCheck check = problem.Check(start, hyper);
        ImplicitHypergradient<KktPoint<Tensor>, Tensor> g = Hypergradient.Implicit().Compute(problem, start, hyper);

        Assert.True(check.Passed, check.ToString());
        Assert.Equal(EstimateStatus.Estimated, g.EstimateError().Status);
        Assert.Contains("not known to be strongly monotone", g.Certify(new MonotonicityBounds()).Reason, StringComparison.Ordinal);
        Assert.Contains(problem.Explain(g.State, hyper).Methods, method => method.Name == "implicit, dense LU" && method.IsApplicable);
    }

    [Fact]
    public void WithoutConstraints_ItIsTheMinimum()
    {
        var problem = StronglyConvex.Of(61, 5, 3);
        ConstrainedObjective<Tensor, Tensor> inner = problem.Inner.SubjectTo();
        ImplicitHypergradient<KktPoint<Tensor>, Tensor> g = Hypergradient.Implicit()
            .Compute(Bilevel.Problem(inner.SolvedBy(Root.Newton(tolerance: Solved)), problem.Outer), inner.Start(problem.Start, problem.Hyper), problem.Hyper);

        g.EnsureConverged();
        Assert.InRange(Dense.RelativeError(problem.Hypergradient(), g.Gradient), 0, Exact);
        Assert.Equal(new Shape(0), g.State.Inequalities.Shape);
    }

    [Fact]
    public void Structures_OfFloat32_WithALeafThatIsNoUnknown_AreSolved()
    {
        // min ½‖w − λ‖² on w ≥ 0, counted by an index that stays
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        ConstrainedObjective<(Tensor, Tensor), Tensor> inner = Objective.From<(Tensor, Tensor), Tensor>((w, h) => 0.5 * (w.Item1 - h).Square().Sum(),
            state: pair).SubjectTo(inequalities: (w, _) => -w.Item1);
        Objective<(Tensor, Tensor), Tensor> outer = Objective.From<(Tensor, Tensor), Tensor>((w, _) => w.Item1.Sum(), state: pair);
        Tensor hyper = Tensor.From([2.0f, -1]);
        ImplicitHypergradient<KktPoint<(Tensor, Tensor)>, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.Gmres(tolerance: 1e-6))
            .Compute(Bilevel.Problem(inner.SolvedBy(Root.Newton(tolerance: 1e-6)), outer),
            inner.Start((Tensor.Ones([2], DType.Float32), Tensor.Scalar(7, DType.Int32)), hyper), hyper);

        g.EnsureConverged();
        Assert.Equal([1.0f, 0], g.Gradient.ToArray<float>().Select(x => MathF.Round(x, 5)));
        Assert.Equal(7, g.State.State.Item2.ToScalar());
    }

    [Fact]
    public void MultipliersOfAnotherShape_Throw_WithBoth()
    {
        ConstrainedObjective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - h).Square().Sum(), "Distance")
            .SubjectTo(inequalities: (w, _) => -w);
        var start = new KktPoint<Tensor>(Tensor.Ones([2]), Tensor.Zeros([0]), Tensor.Zeros([1]));
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => inner.Kkt.SolvedBy(Root.Newton()).Solve(start, Tensor.Ones([2])));

        Assert.Contains("optimality of Distance", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Inequalities is float64 [1] in one and float64 [2] in the other", exception.Message, StringComparison.Ordinal);
    }
}
