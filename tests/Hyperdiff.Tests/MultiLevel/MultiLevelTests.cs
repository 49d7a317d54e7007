using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.MultiLevels;

/// <summary>Total derivatives of problems that depend on each other, against closed forms.</summary>
public sealed class MultiLevelTests
{
    private const double Solved = 1e-13;

    // solves to 1e-13 within solves to 1e-13, of systems with condition numbers below ten
    private const double Exact = 1e-9;

    private static readonly Minimizer s_newton = Minimizer.NewtonCg(Solved);
    private static readonly Response s_exact = Response.Implicit(LinearSolver.ConjugateGradient(Solved));

    [Fact]
    public void TwoLevels_HaveTheHypergradient()
    {
        var problem = StronglyConvex.Of(91, 5, 3);
        (Level<Tensor> penalty, Level<Tensor> weights) = (Level.Of("penalty", problem.Hyper), Level.Of("weights", problem.Start));
        MultiLevel levels = MultiLevel.Of(
            weights.Minimizes((w, at) => problem.Inner.Evaluate(w, at.Parameters(penalty)), s_newton, s_exact),
            penalty.Minimizes((h, at) => problem.Outer.Evaluate(at.Solution(weights), h)));
        LevelGradient<Tensor> g = levels.Gradient(penalty);

        Assert.InRange(Dense.RelativeError(problem.Hypergradient(), g.EnsureConverged()), 0, Exact);
        Assert.InRange(Dense.RelativeError(problem.Solution(), g.Point.Of(weights)), 0, Exact);
        Assert.Equal(["weights → penalty (solution)", "penalty → weights (parameters)"],
            levels.Edges.Select(edge => edge.ToString()).OrderByDescending(edge => edge));
        Assert.Equal(["adjoint of weights, conjugate gradients", "inner, Newton-CG of weights"], g.Reports.Select(report => report.Solver).Order());
    }

    [Fact]
    public void ThreeLevels_HaveGradientAndHessianOfTheClosedForm()
    {
        var chain = new Chain(92);
        LevelGradient<Tensor> g = chain.Levels.Gradient(chain.Top);
        Func<Tensor, Tensor> loss = chain.Levels.Loss(chain.Top);
        Vector<double> direction = MatrixMaker.Gaussian(new Random(93), 3);

        Assert.InRange(Dense.RelativeError(chain.Gradient, g.EnsureConverged()), 0, Exact);
        Assert.InRange(Dense.RelativeError(chain.Hessian * direction, Diff.Hvp(loss, Dense.Of(chain.X), Dense.Of(direction))), 0, Exact);
        Assert.InRange(Dense.RelativeError(chain.MiddleResponse * chain.X, g.Point.Of(chain.Middle)), 0, Exact);
    }

    [Fact]
    public void NewtonCg_AtTheTopOfThreeLevels_FindsTheMinimum()
    {
        var chain = new Chain(94);
        Tensor x = chain.Levels.Objective(chain.Top).MinimizedBy(Minimizer.NewtonCg(1e-10)).Solve(Dense.Of(chain.X), default).EnsureConverged();

        Assert.InRange(Dense.RelativeError(chain.X - chain.Hessian.Solve(chain.Gradient), x), 0, 1e-7);
    }

    [Fact]
    public void AProblemInTheMiddle_HasItsOwnTotalDerivative_AtGivenParametersAbove()
    {
        var chain = new Chain(95);
        Vector<double> y = MatrixMaker.Gaussian(new Random(96), 4);
        LevelGradient<Tensor> g = chain.Levels.Gradient(chain.Middle, chain.Levels.Start.With(chain.Middle, Dense.Of(y)));

        // ½‖M y − B x‖² + ½‖y‖²
        Assert.InRange(Dense.RelativeError(chain.M.TransposeThisAndMultiply((chain.M * y) - (chain.B * chain.X)) + y, g.EnsureConverged()), 0, Exact);
    }

    [Fact]
    public void FourLevels_OfAllKinds_HaveTheDerivativeOfTheClosedForm()
    {
        // a = λ² as a root, b = ½ b + ½ sin a, c = argmin ½(c − 3b)² + ½ λ c² = 3b/(1 + λ), ℓ = ½ c² + λ at λ = 1.3
        (Level<Tensor> top, Level<Tensor> c, Level<Tensor> b, Level<Tensor> a) = (Level.Of("λ", Tensor.Scalar(1.3)), Level.Of("c", Tensor.Scalar(0)),
            Level.Of("b", Tensor.Scalar(0)), Level.Of("a", Tensor.Scalar(1)));
        MultiLevel levels = MultiLevel.Of(
            top.Minimizes((h, at) => (0.5 * at.Solution(c).Square()) + h),
            c.Minimizes((z, at) => (0.5 * (z - (3 * at.Parameters(b))).Square()) + (0.5 * at.Parameters(top) * z.Square()), s_newton, s_exact),
            b.Repeats((z, at) => 0.5 * (z + at.Parameters(a).Sin()), FixedPoint.Iteration(Solved), Response.Implicit(LinearSolver.FixedPoint(Solved))),
            a.Satisfies((z, at) => z - at.Parameters(top).Square(), Root.Newton(tolerance: Solved)));
        const double L = 1.3;
        double solution = 3 * Math.Sin(L * L) / (1 + L);
        double slope = (3 * Math.Cos(L * L) * 2 * L / (1 + L)) - (solution / (1 + L));
        LevelGradient<Tensor> g = levels.Gradient(top);

        Assert.Equal((solution * slope) + 1, g.EnsureConverged().ToScalar(), Exact);
        Assert.Equal(6, g.Reports.Length);
        Assert.All(new[] { a, b, c }, level =>
            Assert.Equal(2, g.Reports.Count(
                report => report.Solver.EndsWith($" of {level}", StringComparison.Ordinal)
                    || report.Solver.StartsWith($"adjoint of {level},", StringComparison.Ordinal))));
    }

    [Fact]
    public void Diamond_ThroughTwoProblemsToOne_SumsBothPaths_AndSolvesTheSharedProblemOnce()
    {
        // s = ½ λ below both, u = argmin ½(u − s λ)², v = argmin ½(v − 3 s)²; ℓ = u v = ¾ λ³
        (Level<Tensor> top, Level<Tensor> u, Level<Tensor> v, Level<Tensor> s) = (Level.Of("λ", Tensor.Scalar(2)), Level.Of("u", Tensor.Scalar(0)),
            Level.Of("v", Tensor.Scalar(0)), Level.Of("s", Tensor.Scalar(0)));
        MultiLevel levels = MultiLevel.Of(
            top.Minimizes((_, at) => at.Solution(u) * at.Solution(v)),
            u.Minimizes((z, at) => 0.5 * (z - (at.Solution(s) * at.Parameters(top))).Square(), s_newton, s_exact),
            v.Minimizes((z, at) => 0.5 * (z - (3 * at.Solution(s))).Square(), s_newton, s_exact),
            s.Minimizes((z, at) => 0.5 * (z - (0.5 * at.Parameters(top))).Square(), s_newton, s_exact));
        LevelGradient<Tensor> g = levels.Gradient(top);

        Assert.Equal(9, g.EnsureConverged().ToScalar(), Exact);
        Assert.Equal(6, g.Value, Exact);
        Assert.Single(g.Reports, report => report.Solver == "inner, Newton-CG of s");
        Assert.Equal(9, Diff.Hessian(levels.Loss(top), Tensor.Scalar(2)).ToScalar(), Exact);
    }

    [Fact]
    public void Diamond_OfOneProblemThatSeesTwo_SumsBothPaths()
    {
        // u = λ², v = 3 λ, s = argmin ½(s − u v)²: ℓ = s = 3 λ³
        (Level<Tensor> top, Level<Tensor> u, Level<Tensor> v, Level<Tensor> s) = (Level.Of("λ", Tensor.Scalar(2)), Level.Of("u", Tensor.Scalar(0)),
            Level.Of("v", Tensor.Scalar(0)), Level.Of("s", Tensor.Scalar(0)));
        MultiLevel levels = MultiLevel.Of(
            s.Minimizes((z, at) => 0.5 * (z - (at.Parameters(u) * at.Parameters(v))).Square(), s_newton, s_exact),
            u.Minimizes((z, at) => 0.5 * (z - at.Parameters(top).Square()).Square(), s_newton, s_exact),
            v.Minimizes((z, at) => 0.5 * (z - (3 * at.Parameters(top))).Square(), s_newton, s_exact),
            top.Minimizes((_, at) => at.Solution(s)));

        Assert.Equal(36, levels.Gradient(top).EnsureConverged().ToScalar(), Exact);
        Assert.Equal(36, Diff.Hessian(levels.Loss(top), Tensor.Scalar(2)).ToScalar(), Exact);
    }

    [Fact]
    public void GamesAtTheTop_HaveEachPlayersOwnDerivative()
    {
        // both players need s = argmin ½(s − a b)²: ∂(s − a)/∂a = b − 1, ∂(−s)/∂b = −a
        (Level<Tensor> a, Level<Tensor> b, Level<Tensor> s) = (Level.Of("a", Tensor.Scalar(2)), Level.Of("b", Tensor.Scalar(5)),
            Level.Of("s", Tensor.Scalar(0)));
        MultiLevel levels = MultiLevel.Of(
            a.Minimizes((z, at) => at.Solution(s) - z),
            b.Minimizes((_, at) => -at.Solution(s)),
            s.Minimizes((z, at) => 0.5 * (z - (at.Parameters(a) * at.Parameters(b))).Square(), s_newton, s_exact));

        Assert.Equal(4, levels.Gradient(a).EnsureConverged().ToScalar(), Exact);
        Assert.Equal(-2, levels.Gradient(b).EnsureConverged().ToScalar(), Exact);
    }

    [Fact]
    public void Edges_HaveTheDerivativeOfTheirMethod()
    {
        var problem = StronglyConvex.Of(97, 4, 2);

        // scaled so that the Neumann series of its curvature does not grow
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => 0.2 * problem.Inner.Evaluate(w, h));
        var sgd = Optimizer.Sgd(1);
        Tensor Gradient(Response response)
        {
            (Level<Tensor> penalty, Level<Tensor> weights) = (Level.Of("penalty", problem.Hyper), Level.Of("weights", problem.Start));
            return MultiLevel.Of(
                weights.Minimizes((w, at) => inner.Evaluate(w, at.Parameters(penalty)), s_newton),
                penalty.Minimizes((h, at) => problem.Outer.Evaluate(at.Solution(weights, response), h))).Gradient(penalty).EnsureConverged();
        }

        ImplicitMethod neumann = Hypergradient.Implicit(adjoint: LinearSolver.Neumann(2));
        MinimizationProblem<Tensor, Tensor> minimum = Bilevel.Problem(inner.MinimizedBy(s_newton), problem.Outer);
        HypergradientResult<Tensor, Tensor> unrolled = Hypergradient.Reverse(15)
            .Compute(Bilevel.Problem(inner.Unroll(sgd), problem.Outer), problem.Start, problem.Hyper);
        ImplicitHypergradient<Tensor, Tensor> series = neumann.Compute(minimum, problem.Start, problem.Hyper);

        Assert.InRange(Dense.RelativeError(Dense.Vector(unrolled.Gradient), Gradient(Response.Unrolled(15, sgd))), 0, 1e-12);
        Assert.InRange(Dense.RelativeError(Dense.Vector(series.Gradient), Gradient(Response.Implicit(LinearSolver.Neumann(2)))), 0, Exact);
        Assert.InRange(Dense.RelativeError(Dense.Vector(series.Direct), Gradient(Response.Constant())), 0, Exact);
    }

    [Fact]
    public void UnrolledMap_HasTheDerivativeOfItsSteps()
    {
        var problem = Contraction.InNorm(98, 4, 2);
        (Level<Tensor> hyper, Level<Tensor> state) = (Level.Of("hyper", problem.Hyper), Level.Of("state", problem.Start));
        MultiLevel levels = MultiLevel.Of(
            state.Repeats((w, at) => problem.Map.Evaluate(w, at.Parameters(hyper)), response: Response.Unrolled(6)),
            hyper.Minimizes((h, at) => problem.Outer.Evaluate(at.Solution(state), h)));

        Assert.InRange(Dense.RelativeError(problem.UnrolledHypergradient(6, 6), levels.Gradient(hyper).EnsureConverged()), 0, 1e-12);
    }

    [Fact]
    public void Structures_OfFloat32_WithALeafThatIsNoUnknown_HaveTheirDerivative()
    {
        // w = argmin ½‖w − 3 λ‖², beside an index that stays; ℓ = Σ w² λ₀ at λ = (1, 2): ∂ℓ = (18 λ₀² + 9 (λ₀² + λ₁²), 18 λ₀ λ₁)
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        Level<(Tensor, Tensor)> weights = Level.Of("weights", (Tensor.Zeros([2], DType.Float32), Tensor.Scalar(7, DType.Int32)), pair);
        Level<Tensor> top = Level.Of("top", Tensor.From([1.0f, 2]));
        MultiLevel levels = MultiLevel.Of(
            top.Minimizes((h, at) => at.Solution(weights).Item1.Square().Sum() * h[0]),
            weights.Minimizes((w, at) => 0.5 * (w.Item1 - (3 * at.Parameters(top))).Square().Sum(), Minimizer.NewtonCg(1e-6),
                Response.Implicit(LinearSolver.ConjugateGradient(1e-6))));
        LevelGradient<Tensor> g = levels.Gradient(top);

        Assert.Equal([63.0f, 36], g.EnsureConverged().ToArray<float>().Select(x => MathF.Round(x, 3)));
        Assert.Equal(7, g.Point.Of(weights).Item2.ToScalar());
    }

    [Fact]
    public void SolvesGoOn_FromTheSolutionsOfAGradient()
    {
        var chain = new Chain(99);
        LevelGradient<Tensor> first = chain.Levels.Gradient(chain.Top);
        LevelGradient<Tensor> again = chain.Levels.Gradient(chain.Top, first.Point);

        Assert.Contains(first.Reports, report => report.Solver.StartsWith("inner", StringComparison.Ordinal) && report.Iterations > 0);
        Assert.All(again.Reports.Where(report => report.Solver.StartsWith("inner", StringComparison.Ordinal)), report => Assert.Equal(0, report.Iterations));
    }

    [Fact]
    public void AnUnconvergedSolve_IsReported_AndItsDerivativeRefused()
    {
        (Level<Tensor> penalty, Level<Tensor> weights) = (Level.Of("penalty", Tensor.Scalar(1)), Level.Of("weights", Tensor.Scalar(3)));
        MultiLevel levels = MultiLevel.Of(
            weights.Minimizes((w, at) => w.Exp() - (at.Parameters(penalty) * w), Minimizer.NewtonCg(1e-12, maxIterations: 1)),
            penalty.Minimizes((_, at) => at.Solution(weights)));
        LevelGradient<Tensor> g = levels.Gradient(penalty);

        Assert.False(g.Converged);
        Assert.Equal(SolveStatus.MaxIterations, Assert.Single(g.Reports, report => report.Solver == "inner, Newton-CG of weights").Status);
        SolveException exception = Assert.Throws<SolveException>(() => g.EnsureConverged());
        Assert.Contains("This derivative of penalty is not to be trusted", exception.Message, StringComparison.Ordinal);
        Assert.Throws<SolveException>(() => Diff.Grad(levels.Loss(penalty), Tensor.Scalar(1)));
    }

    /// <summary>z = argmin ½‖z − A y‖² + ½‖z‖² = M y; y = argmin ½‖z − B x‖² + ½‖y‖² = R x; ℓ = ½‖z − t‖² + 0.1‖x‖².</summary>
    private sealed class Chain
    {
        public Chain(int seed)
        {
            var random = new Random(seed);
            Matrix<double> a = MatrixMaker.Gaussian(random, 5, 4);
            (M, B, X) = (0.5 * a, MatrixMaker.Gaussian(random, 5, 3), MatrixMaker.Gaussian(random, 3));
            Vector<double> t = MatrixMaker.Gaussian(random, 5);
            MiddleResponse = (M.TransposeThisAndMultiply(M) + Matrix<double>.Build.DenseIdentity(4)).Solve(M.TransposeThisAndMultiply(B));
            Matrix<double> response = M * MiddleResponse;
            Gradient = response.TransposeThisAndMultiply((response * X) - t) + (0.2 * X);
            Hessian = response.TransposeThisAndMultiply(response) + (0.2 * Matrix<double>.Build.DenseIdentity(3));
            (Tensor ta, Tensor tb, Tensor tt) = (Dense.Of(a), Dense.Of(B), Dense.Of(t));
            (Top, Middle) = (Level.Of("top", Dense.Of(X)), Level.Of("middle", Tensor.Zeros([4])));
            Level<Tensor> bottom = Level.Of("bottom", Tensor.Zeros([5]));
            Levels = MultiLevel.Of(
                Top.Minimizes((x, at) => (0.5 * (at.Solution(bottom) - tt).Square().Sum()) + (0.1 * x.Square().Sum())),
                Middle.Minimizes((y, at) => (0.5 * (at.Solution(bottom) - tb.MatMul(at.Parameters(Top))).Square().Sum()) + (0.5 * y.Square().Sum()),
                    s_newton, s_exact),
                bottom.Minimizes((z, at) => (0.5 * (z - ta.MatMul(at.Parameters(Middle))).Square().Sum()) + (0.5 * z.Square().Sum()), s_newton, s_exact));
        }

        public Level<Tensor> Top { get; }

        public Level<Tensor> Middle { get; }

        public MultiLevel Levels { get; }

        public Matrix<double> M { get; }

        public Matrix<double> B { get; }

        public Vector<double> X { get; }

        public Matrix<double> MiddleResponse { get; }

        public Vector<double> Gradient { get; }

        public Matrix<double> Hessian { get; }
    }
}
