namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>Regression and projections whose solutions have derivatives in closed form.</summary>
/// <remarks>The scenarios are those of the tests of jaxopt (Blondel and others): ridge regression by a root, a fixed point and a minimum; the lasso; quadratic
/// programs with equalities; projections.</remarks>
public sealed class RegularizedRegressionTests
{
    private const int Samples = 10;

    // the default tolerances of inner and linear solvers are below 1e-10, and all conditions here are within 100 of 1
    private const double Solved = 1e-8;

    private static readonly Tensor s_x = Numbers(Samples * 3, 1.7).Reshape(Samples, 3);
    private static readonly Tensor s_y = 2 * Numbers(Samples, 0.9);
    private static readonly Tensor s_lambda = Tensor.Scalar(0.3);

    public static TheoryData<string> Ways => ["newton", "lbfgs", "descent", "map", "anderson", "broyden", "root", "closed"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Ridge_HasItsDerivativeInThePenalty_InBothModes(string way)
    {
        // ½ mean (X w − y)² + ½ λ ‖w‖²:  (XᵀX + n λ) w = Xᵀy, so that dw/dλ = −n (XᵀX + n λ)⁻¹ w
        Func<Tensor, Tensor> ridge = Ridge(way);
        Tensor matrix = s_x.Transpose().MatMul(s_x) + (Samples * s_lambda * Tensor.Eye(3));
        Tensor solution = Linalg.Solve(matrix, s_x.Transpose().MatMul(s_y));
        Tensor derivative = -Samples * Linalg.Solve(matrix, solution);

        Agreement.Near(solution, ridge(s_lambda), Solved);
        Agreement.Near(derivative, Diff.JacobianForward(ridge, s_lambda), Solved);
        Agreement.Near(derivative, Diff.JacobianReverse(ridge, s_lambda), Solved);

        // d²w/dλ² = 2 n² (XᵀX + n λ)⁻² w
        Tensor second = -2 * Samples * Linalg.Solve(matrix, derivative);
        Agreement.Near(second, Diff.JacobianForward(at => Diff.JacobianForward(ridge, at), s_lambda), 10 * Solved);
    }

    [Fact]
    public void Ridge_ForABatchOfPenalties_IsThatOfEach()
    {
        Tensor penalties = Tensor.From([1e-3, 0.3, 20.0]);
        Func<Tensor, Tensor> ridge = Ridge("newton");
        Tensor batch = Diff.Vmap((Tensor at) => Diff.JacobianReverse(ridge, at), penalties);
        for (int i = 0; i < 3; i++)
        {
            Agreement.Near(Diff.JacobianReverse(ridge, penalties[i]), batch[i], 10 * Solved);
        }
    }

    [Fact]
    public void Lasso_HasItsDerivative_OnTheSupport()
    {
        // on the support S with signs s: w_S = (X_SᵀX_S)⁻¹ (X_Sᵀy − n λ s), so that dw_S/dλ = −n (X_SᵀX_S)⁻¹ s; elsewhere 0
        Objective<Tensor, Tensor> squares = Objective.From((Tensor w, Tensor _) => 0.5 * (s_x.MatMul(w) - s_y).Square().Mean());
        const double Rate = 0.5;
        FixedPointMap<Tensor, Tensor> map = squares.ProximalGradientMap(Rate, (w, h) => Proximal.SoftThreshold(w, Rate * h));
        Tensor Of(Tensor h) => FixedPoint.Of(map.SolvedBy(FixedPoint.Iteration(maxIterations: 100_000)), Tensor.Zeros([3]), h, LinearSolver.DenseLu());
        Tensor at = Tensor.Scalar(0.15);
        double[] w = Of(at).ToArray<double>();
        int[] support = [.. Enumerable.Range(0, 3).Where(i => w[i] != 0)];
        Assert.True(support.Length is 1 or 2, $"{support.Length} coordinates are not 0");

        Tensor columns = Tensor.Stack(1, [.. support.Select(i => s_x.Transpose()[i])]);
        Tensor signs = Tensor.From([.. support.Select(i => (double)Math.Sign(w[i]))]);
        double[] slopes = (-Samples * Linalg.Solve(columns.Transpose().MatMul(columns), signs)).ToArray<double>();
        double[] expected = [.. Enumerable.Range(0, 3).Select(i => Array.IndexOf(support, i) is var place and >= 0 ? slopes[place] : 0)];

        Agreement.Near(expected, Diff.JacobianForward(Of, at), Solved);
        Agreement.Near(expected, Diff.JacobianReverse(Of, at), Solved);
    }

    [Fact]
    public void AQuadraticProgramWithEqualities_HasItsDerivatives()
    {
        // min ½ xᵀQ x + cᵀx subject to A x = b: K (x, ν) = (−c, b) with K = (Q, Aᵀ; A, 0), so that dx/d(c, b) is the first block row of K⁻¹ diag(−1, 1)
        Tensor q = Tensor.From(new double[,] { { 2, 0.5, 0 }, { 0.5, 1, -0.2 }, { 0, -0.2, 3 } }), a = Tensor.From(new double[,] { { 1, 2, -1 } });
        ConstrainedObjective<Tensor, Tensor> program = Objective.From((Tensor x, Tensor h) => (0.5 * x.Dot(q.MatMul(x))) + h.Slice(0, 0, 3, 1).Dot(x))
            .SubjectTo(equalities: (x, h) => a.MatMul(x) - h.Slice(0, 3, 4, 1));
        Tensor at = Tensor.From([1, -1, 0.5, 0.7]);
        Tensor system = Tensor.Concat(0, Tensor.Concat(1, q, a.Transpose()), Tensor.Concat(1, a, Tensor.Zeros([1, 1])));
        Tensor expected = Linalg.Solve(system, Tensor.From(new double[,] { { -1, 0, 0, 0 }, { 0, -1, 0, 0 }, { 0, 0, -1, 0 }, { 0, 0, 0, 1 } }))
            .Slice(0, 0, 3, 1);
        double[] rows = expected.ToArray<double>();
        for (int i = 0; i < 3; i++)
        {
            BilevelGradient(program, at, i, rows[(4 * i)..(4 * (i + 1))]);
        }
    }

    [Fact]
    public void TheProjectionOntoTheSimplex_HasItsJacobian()
    {
        // I − 1 1ᵀ / |S| on the support S, 0 elsewhere
        Tensor x = Tensor.From([0.9, 0.5, -0.7, 0.3]);
        double third = 1.0 / 3;
        double[] expected = [1 - third, -third, 0, -third, -third, 1 - third, 0, -third, 0, 0, 0, 0, -third, -third, 0, 1 - third];
        double[] projected = Proximal.Simplex(x).ToArray<double>();

        Assert.Equal(1, projected.Sum(), Agreement.Roundings(4));
        Assert.Equal([0.4, 0], [projected[0] - projected[1], projected[2]], (one, other) => Math.Abs(one - other) <= Agreement.Roundings(4));
        Agreement.Near(expected, Diff.JacobianForward(at => Proximal.Simplex(at), x), Agreement.Roundings(4));
        Agreement.Near(expected, Diff.JacobianReverse(at => Proximal.Simplex(at), x), Agreement.Roundings(4));
        Tensor batch = Tensor.Stack(0, x, -x, 2 * x);
        Agreement.Near(Diff.JacobianForward(at => Proximal.Simplex(at), batch[1]),
            Diff.Vmap((Tensor at) => Diff.JacobianForward(z => Proximal.Simplex(z), at), batch)[1], Agreement.Roundings(4));
    }

    private static void BilevelGradient(ConstrainedObjective<Tensor, Tensor> program, Tensor at, int coordinate, double[] expected)
    {
        RootProblem<KktPoint<Tensor>, Tensor> problem = Bilevel.Problem(program, Objective.From((Tensor x, Tensor _) => x[coordinate]));
        Tensor gradient = Hypergradient.Implicit(adjoint: LinearSolver.DenseLu()).Compute(problem, program.Start(Tensor.Zeros([3]), at), at).Gradient;
        Agreement.Near(expected, gradient, Solved);
    }

    private static Func<Tensor, Tensor> Ridge(string way)
    {
        Objective<Tensor, Tensor> objective = Objective.From(
            (Tensor w, Tensor h) => (0.5 * (s_x.MatMul(w) - s_y).Square().Mean()) + (0.5 * h * w.Square().Sum()));
        FixedPointMap<Tensor, Tensor> map = objective.GradientDescentMap(0.5);
        RootCondition<Tensor, Tensor> condition = RootCondition.From((Tensor w, Tensor h) => Diff.Grad(at => objective.Evaluate(at, h), w));
        Tensor start = Tensor.Zeros([3]);
        return way switch
        {
            "newton" => h => Argmin.Of(objective.MinimizedBy(Minimizer.NewtonCg()), start, h),
            "lbfgs" => h => Argmin.Of(objective.MinimizedBy(Minimizer.Lbfgs()), start, h),
            "descent" => h => Argmin.Of(objective.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(0.5), tolerance: 1e-12)), start, h),
            "map" => h => FixedPoint.Of(map, start, h),
            "anderson" => h => FixedPoint.Of(map.SolvedBy(FixedPoint.Anderson()), start, h),
            "broyden" => h => FixedPoint.Of(map.SolvedBy(FixedPoint.Broyden()), start, h),
            "root" => h => Root.Of(condition.SolvedBy(Root.Newton()), start, h),
            _ => h => Root.Of(
                condition.SolvedBy((_, at) => Linalg.Solve(s_x.Transpose().MatMul(s_x) + (Samples * at * Tensor.Eye(3)),
                    s_x.Transpose().MatMul(s_y))), start, h),
        };
    }

    // of the order of 1, and of full rank as a matrix
    private static Tensor Numbers(int count, double frequency) =>
        Tensor.From([.. Enumerable.Range(0, count).Select(i => Math.Sin((frequency * i * i) + i + 0.4))]);
}
