using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Problems that other systems test themselves with, against their closed forms.</summary>
public sealed class OutsideChecks
{
    // relative; the solves stop at 1e-13 and the systems have condition numbers below 100
    private const double Exact = 1e-10;
    private const double Solved = 1e-13;

    private static readonly int[] s_terms = [2, 8, 32];

    [Fact]
    public void QuadraticBilevel_IsExact_ByEveryMethod()
    {
        // f = ½ wᵀA w + λᵀC w + aᵀw: w* = −A⁻¹(a + Cᵀλ), v = −A⁻¹g, ∇ℓ = h + C v
        var random = new Random(17);
        Matrix<double> a = MatrixMaker.PositiveDefinite(random, 6, 0.5, 3);
        Matrix<double> c = MatrixMaker.Gaussian(random, 4, 6);
        (Vector<double> b, Vector<double> t, Vector<double> lambda) = (MatrixMaker.Gaussian(random, 6), MatrixMaker.Gaussian(random, 6),
            MatrixMaker.Gaussian(random, 4));
        Vector<double> w = -a.Solve(b + c.TransposeThisAndMultiply(lambda));
        Vector<double> exact = (0.2 * lambda) + (c * -a.Solve(w - t));

        (Tensor ta, Tensor tc, Tensor tb, Tensor tt, Tensor hyper) = (Dense.Of(a), Dense.Of(c), Dense.Of(b), Dense.Of(t), Dense.Of(lambda));
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((x, h) => (0.5 * x.MatMul(ta.MatMul(x))) + h.MatMul(tc.MatMul(x)) + tb.MatMul(x));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((x, h) => (0.5 * (x - tt).Square().Sum()) + (0.1 * h.Square().Sum()));
        Tensor start = Tensor.Zeros([6]);
        MinimizationProblem<Tensor, Tensor> minimum = Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(Solved)), outer);
        FixedPointProblem<Tensor, Tensor> descent = Bilevel.Problem(inner.GradientDescentMap(0.5), outer);
        LinearSolver[] solvers =
        [
            LinearSolver.ConjugateGradient(Solved), LinearSolver.Gmres(tolerance: Solved), LinearSolver.BiCgStab(Solved), LinearSolver.Minres(Solved),
            LinearSolver.Lsmr(Solved), LinearSolver.DenseLu(Solved),
            LinearSolver.DenseCholesky(Solved), LinearSolver.Auto(Solved), LinearSolver.Normal(LinearSolver.ConjugateGradient(Solved)),
            LinearSolver.Anderson(tolerance: Solved),
        ];
        Assert.All(solvers, solver =>
        {
            AssertExact(Hypergradient.Implicit(adjoint: solver).Compute(minimum, start, hyper));
            AssertExact(Hypergradient.Implicit(solver)
                .Compute(Bilevel.Problem(descent.Inner.Map.SolvedBy(FixedPoint.Iteration(Solved)), descent.Outer), start, hyper));
        });

        // ρ(J) = 0.75: 150 steps are below rounding
        AssertExact(Hypergradient.Reverse(150).Compute(descent, start, hyper));
        AssertExact(Hypergradient.Forward(150).Compute(descent, start, hyper));

        void AssertExact(HypergradientResult<Tensor, Tensor> g)
        {
            g.EnsureConverged();
            Assert.True(Dense.RelativeError(exact, g.Gradient) < Exact, $"{Dense.RelativeError(exact, g.Gradient)}\n{g}");
        }
    }

    [Fact]
    public void Ridge_HasItsDerivative_BothWays()
    {
        // w = (XᵀX + λnI)⁻¹Xᵀy, dw/dλ = −n (XᵀX + λnI)⁻¹ w
        const int Samples = 10;
        const double Lambda = 5;
        var random = new Random(3);
        Matrix<double> x = MatrixMaker.Gaussian(random, Samples, 3);
        Vector<double> y = 10 * MatrixMaker.Gaussian(random, Samples);
        Matrix<double> system = x.TransposeThisAndMultiply(x) + (Lambda * Samples * Matrix<double>.Build.DenseIdentity(3));
        Vector<double> w = system.Solve(x.TransposeThisAndMultiply(y));
        Vector<double> derivative = -Samples * system.Solve(w);

        (Tensor tx, Tensor ty) = (Dense.Of(x), Dense.Of(y));
        Minimization<Tensor, Tensor> ridge = Objective.From<Tensor, Tensor>(
            (v, h) => (0.5 * (tx.MatMul(v) - ty).Square().Sum()) + (0.5 * Samples * h * v.Square().Sum())).MinimizedBy(Minimizer.NewtonCg(Solved));
        BestResponseJacobian<Tensor, Tensor> jacobian = BestResponse.At(
            ridge, ridge.Solve(Tensor.Zeros([3]), Tensor.Scalar(Lambda)).EnsureConverged(), Tensor.Scalar(Lambda), LinearSolver.ConjugateGradient(Solved));
        Tensor forwards = jacobian.Jvp(Tensor.Scalar(1.0)).EnsureConverged();

        Assert.True(Dense.RelativeError(derivative, forwards) < Exact);
        for (int i = 0; i < 3; i++)
        {
            Tensor backwards = jacobian.Vjp(Dense.Of(Vector<double>.Build.Dense(3, j => i == j ? 1 : 0))).EnsureConverged();
            Assert.Equal(derivative[i], backwards.ToScalar(), Exact * Math.Abs(derivative[i]));
        }
    }

    [Fact]
    public void AffineContraction_HasItsDerivatives_InTheMatrixAndInTheVector()
    {
        // w = M w + b: ∂(uᵀw)/∂b = v, ∂(uᵀw)/∂M = v wᵀ with (I − Mᵀ) v = u
        const int Size = 200;
        var random = new Random(4);
        Matrix<double> m = MatrixMaker.WithNorm(random, Size, 0.5);
        (Vector<double> b, Vector<double> u) = (MatrixMaker.Gaussian(random, Size), MatrixMaker.Gaussian(random, Size));
        Matrix<double> system = Matrix<double>.Build.DenseIdentity(Size) - m;
        (Vector<double> w, Vector<double> v) = (system.Solve(b), system.Transpose().Solve(u));

        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        Tensor tu = Dense.Of(u);
        FixedPointMap<Tensor, (Tensor, Tensor)> map = FixedPointMap.From<Tensor, (Tensor, Tensor)>((z, h) => h.Item1.MatMul(z) + h.Item2, hyper: pair);
        Objective<Tensor, (Tensor, Tensor)> outer = Objective.From<Tensor, (Tensor, Tensor)>((z, _) => tu.MatMul(z), hyper: pair);
        ImplicitHypergradient<Tensor, (Tensor, Tensor)> g = Hypergradient.Implicit(LinearSolver.FixedPoint(Solved))
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(Solved)), outer), Tensor.Zeros([Size]), (Dense.Of(m), Dense.Of(b)));

        g.EnsureConverged();
        Assert.True(Dense.RelativeError(v, g.Gradient.Item2) < Exact);
        Assert.True(Dense.RelativeError(Vector<double>.Build.Dense(Size * Size, i => v[i / Size] * w[i % Size]), g.Gradient.Item1) < Exact);
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    public void GeometricDecay_ConvergesSlowly_AndToTheRightDerivative(double rate)
    {
        // w = ρ w + (1 − ρ) λ: w* = λ, dw*/dλ = 1, and also where the fixed point is zero
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (rate * w) + ((1 - rate) * h));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (3 * w).Sum());
        foreach (double lambda in new[] { 0.0, 1.0 })
        {
            ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-10, maxIterations: 100_000))
                .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(1e-6, absoluteTolerance: 1e-6, maxIterations: 100_000)), outer),
                Tensor.Full([1], 0.5), Tensor.Full([1], lambda));

            // g and P do not depend on w; the residual of the adjoint is 1e-10 of ‖g‖, (1 − ρ) times 1/(1 − ρ) of that is the error
            Assert.True(g.Converged, g.ToString());
            Assert.Equal(3, g.Gradient.ToArray<double>()[0], 3 * 1.1e-10);
        }
    }

    [Fact]
    public void SquareRoots_InReversedOrder_HaveTheirDerivatives()
    {
        // w = (−√x, √(x + 2)) by Heron's map from starts of either sign: dw/dx = (−1/(2√x), 1/(2√(x + 2)))
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, x) => 0.5 * (w + ((x + Tensor.From([0.0, 2])) / w)));
        foreach ((double cotangent, int index, double exact) in new[] { (1.0, 0, -0.5 / Math.Sqrt(3)), (1.0, 1, 0.5 / Math.Sqrt(5)) })
        {
            Tensor mask = Tensor.From([index == 0 ? cotangent : 0, index == 1 ? cotangent : 0]);
            Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (mask * w).Sum());
            ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.Gmres(tolerance: Solved))
                .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(Solved)), outer), Tensor.From([-1.0, 1]), Tensor.Scalar(3.0));

            g.EnsureConverged();
            Assert.Equal(exact, g.Gradient.ToScalar(), Exact);
        }
    }

    [Fact]
    public void ProjectedFixedPoint_HasADerivativeOfExactlyZero_AtAnActiveBound()
    {
        // w = clip(w − ½(w − λ), 0, 1) at λ = (2, ½): the first bound is active
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (w - (0.5 * (w - h))).Clamp(0, 1));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.Gmres(tolerance: Solved))
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration(Solved)), outer), Tensor.Full([2], 0.3), Tensor.From([2, 0.5]));

        g.EnsureConverged();
        double[] gradient = g.Gradient.ToArray<double>();
        Assert.Equal(0, gradient[0]);
        Assert.Equal(1, gradient[1], Exact);
    }

    [Fact]
    public void ProjectedRoot_OfWhateverSolver_HasADerivativeOfExactlyZero_AtAnActiveBound()
    {
        // c = w − clip(w − (w − λ), 0, 1), solved by clipping: the condition that ImplicitDifferentiation.jl projects
        RootFinding<Tensor, Tensor> finding = RootCondition.From<Tensor, Tensor>((w, h) => w - (w - (0.5 * (w - h))).Clamp(0, 1))
            .SolvedBy((_, h) => Tensor.From([.. h.ToArray<double>().Select(x => Math.Clamp(x, 0, 1))]), 1e-14);
        Tensor Of(Tensor h) => Root.Of(finding, Tensor.Full([2], 0.3), h);

        foreach (Tensor jacobian in new[] { Diff.JacobianForward(Of, Tensor.From([2, 0.5])), Diff.JacobianReverse(Of, Tensor.From([2, 0.5])) })
        {
            double[] numbers = jacobian.ToArray<double>();
            Assert.Equal([0, 0, 0], numbers[..3]);
            Assert.Equal(1, numbers[3], Exact);
        }
    }

    [Fact]
    public void Rotation_SolvedByAndersonAlone_HasItsDerivative()
    {
        // w = Q w + λ by a quarter of a turn: the iteration turns for ever; dw/dλ = (I − Q)⁻¹
        FixedPointMap<Tensor, Tensor> rotation = FixedPointMap.From<Tensor, Tensor>((w, h) => Tensor.Concat(0, -w[1..], w[..1]) + h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.MatMul(Tensor.From([1.0, 3])));
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(rotation, outer);
        (Tensor start, Tensor hyper) = (Tensor.Ones([2]), Tensor.From([1.0, 0]));
        ImplicitHypergradient<Tensor, Tensor> turning = Hypergradient.Implicit(LinearSolver.Anderson(tolerance: Solved))
            .Compute(Bilevel.Problem(problem.Inner.Map.SolvedBy(FixedPoint.Iteration(Solved, maxIterations: 300)), problem.Outer), start, hyper);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.Anderson(tolerance: Solved))
            .Compute(Bilevel.Problem(problem.Inner.Map.SolvedBy(FixedPoint.Anderson(tolerance: Solved)), problem.Outer), start, hyper);

        Assert.Equal((SolveStatus.MaxIterations, false), (turning.InnerReport.Status, turning.Converged));
        g.EnsureConverged();

        // (I − Q)⁻ᵀ (1, 3) = ½ (1 + 3, 3 − 1)
        Assert.Equal(2, g.Gradient.ToArray<double>()[0], Exact);
        Assert.Equal(1, g.Gradient.ToArray<double>()[1], Exact);
    }

    [Theory]
    [InlineData(0, 0.73908513321516064)]
    [InlineData(Math.PI / 2, Math.PI / 2)]
    public void ShiftedCosine_HasItsFixedPoint_AndItsSlope(double shift, double point)
    {
        // w = cos w + θ: w′ = 1/(1 + sin w), ½ at π/2
        FixedPointMap<Tensor, Tensor> cosine = FixedPointMap.From<Tensor, Tensor>((w, h) => w.Cos() + h);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.Auto(Solved))
            .Compute(Bilevel.Problem(cosine.SolvedBy(FixedPoint.Anderson(tolerance: Solved)), Objective.From<Tensor, Tensor>((w, _) => w)), Tensor.Scalar(1),
            Tensor.Scalar(shift));

        g.EnsureConverged();
        Assert.Equal(point, g.Value, Exact);
        Assert.Equal(1 / (1 + Math.Sin(point)), g.Gradient.ToScalar(), Exact);
    }

    [Fact]
    public void Multiple_HasAFixedPointOfZero_AndASlopeOfZero()
    {
        // w = θ w: w* = 0 for every θ
        FixedPointMap<Tensor, Tensor> multiple = FixedPointMap.From<Tensor, Tensor>((w, h) => h * w);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit()
            .Compute(Bilevel.Problem(multiple.SolvedBy(FixedPoint.Iteration(Solved)), Objective.From<Tensor, Tensor>((w, _) => w.Sum())), Tensor.Ones([2]),
            Tensor.Scalar(0.5));

        g.EnsureConverged();

        // Pᵀv = w v, with ‖w − Φ‖ = ‖w‖/2 within the tolerance and v = 2
        Assert.Equal(0, g.Gradient.ToScalar(), 8 * Solved);
    }

    [Fact]
    public void LogisticRegression_ReverseIsTheUnrolledLoop_AndTheCurvesFall()
    {
        const int Steps = 60;
        const double Rate = 0.7;
        var random = new Random(6);
        Tensor x = Dense.Of(MatrixMaker.Gaussian(random, 50, 5));
        Tensor y = Tensor.From([.. Enumerable.Range(0, 50).Select(i => (double)(i % 2))]);
        Objective<Tensor, Tensor> train = Objective.From<Tensor, Tensor>(
            (w, h) => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(x.MatMul(w), y) + (0.5 * (h.Exp() * w.Square()).Sum()));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(x.MatMul(w) + 0.1, y));
        FixedPointMap<Tensor, Tensor> map = train.GradientDescentMap(Rate);
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(map, outer);
        (Tensor start, Tensor hyper) = (Tensor.Zeros([5]), Tensor.From([-1.0, -0.5, 0, 0.5, -1]));

        Tensor Loss(Tensor h)
        {
            Tensor w = start;
            for (int t = 0; t < Steps; t++)
            {
                w -= Rate * Diff.Grad<Tensor>(z => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(x.MatMul(z), y) + (0.5 * (h.Exp() * z.Square()).Sum()), w);
            }

            return Hyperdiff.Losses.BinaryCrossEntropyWithLogits(x.MatMul(w) + 0.1, y);
        }

        double[] unrolled = Diff.Grad<Tensor>(Loss, hyper).ToArray<double>();
        double[] reverse = Hypergradient.Reverse(Steps).Compute(problem, start, hyper).Gradient.ToArray<double>();
        double largest = unrolled.Max(Math.Abs);

        // the greatest difference of an element, not a signed sum; 60 steps of rounding
        Assert.True(unrolled.Zip(reverse, (a, b) => Math.Abs(a - b)).Max() < 1e-12 * largest);

        double[] Errors(Func<int, HypergradientResult<Tensor, Tensor>> by) =>
            [.. s_terms.Select(k => by(k).Gradient.ToArray<double>().Zip(reverse, (a, b) => Math.Abs(a - b)).Max() / largest)];
        double[][] curves = [Errors(k => Hypergradient.Reverse(Steps, k).Compute(problem, start, hyper)),
            Errors(k => Hypergradient.Phantom(k).Compute(problem, start, hyper))];
        // the slowest curvature is e⁻¹: (1 − 0.7 e⁻¹)³² is 7e-5
        Assert.All(curves, curve => Assert.True(curve[0] > curve[1] && curve[1] > curve[2] && curve[2] < 1e-3, string.Join(", ", curve)));
    }
}
