namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>What Auto takes beside the best solver that it could have chosen, in products, which no machine changes, until the error of the solution is below
/// an accuracy: of the problems of the benchmark <c>accuracy</c>, the large ones smaller.</summary>
public sealed class AutoProductsTests
{
    private const double Bound = 1.3;

    // conjugate gradients stop by a residual that swings; methods of the least residual stop so much sooner there, at the same error
    private const double SwingingBound = 1.4;
    private const int Limit = 3000;

    public static TheoryData<string, double, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, double, bool>();
            foreach (string problem in (string[])["lr_100x10", "lr_1000x100", "rnn", "ill", "nonnormal", "wide", "mlp"])
            {
                foreach (double accuracy in (double[])[1e-3, 1e-6, 1e-9])
                {
                    cases.Add(problem, accuracy, false);
                }

                // where float32 has that accuracy
                if (problem != "ill")
                {
                    cases.Add(problem, 1e-3, true);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Auto_IsWithinABoundOfTheBest(string problem, double accuracy, bool narrow)
    {
        (LinearOperator matrix, Tensor[] b, bool isSymmetric) = Of(problem, narrow ? DType.Float32 : DType.Float64);
        int size = DenseMatrix.Size(matrix);
        Tensor exact = Exact(problem);
        (string name, long best) = Solvers(isSymmetric, size).Select(make => Within(accuracy, exact, tolerance => make(tolerance).Solve(matrix, b)))
            .OfType<(string, long)>().MinBy(found => found.Item2);
        (string Solver, long Products)? cold = Within(accuracy, exact, tolerance => Auto(tolerance).Solve(matrix, b));

        // the same system once more from zero, with the choice and without the solution
        (string Solver, long Products)? kept = Within(accuracy, exact, tolerance => Auto(tolerance).Solve(
            matrix, b, null, CancellationToken.None, memory: Auto(tolerance).Solve(matrix, b).Memory! with { Solutions = [] }));

        // two products for symmetry, and two of an iteration that grows at once; what is written out at once is probed wholly
        (int probe, double bound) = (size <= 32 ? size : isSymmetric ? 2 : 4, problem == "mlp" ? SwingingBound : Bound);
        Assert.True(cold?.Products <= (bound * best) + probe, $"{cold}; {name} took {best} products");
        Assert.True(kept?.Products <= bound * best, $"{kept}; {name} took {best} products");
    }

    private static LinearSolver Auto(double tolerance) => LinearSolver.Auto(tolerance, maxIterations: Limit);

    // by the loosest tolerance, of half a digit each, with which the error is small enough; null if there is none
    private static (string Solver, long Products)? Within(double accuracy, Tensor exact, Func<double, LinearSolution> solve)
    {
        for (double tolerance = 10 * accuracy; tolerance > accuracy / 1e4; tolerance /= Math.Sqrt(10))
        {
            LinearSolution found = solve(tolerance);
            if (!found.Report.Converged)
            {
                return null;
            }

            if ((found.Value[0].To(DType.Float64) - exact).Norm().ToScalar() <= accuracy * exact.Norm().ToScalar())
            {
                return (found.Report.Solver, found.Report.Products + found.Report.TransposedProducts);
            }
        }

        return null;
    }

    private static Tensor Exact(string problem)
    {
        (LinearOperator matrix, Tensor[] b, bool isSymmetric) = Of(problem, DType.Float64);
        LinearSolver solver = DenseMatrix.Size(matrix) <= 300 ? LinearSolver.DenseLu(1e-10)
            : isSymmetric ? LinearSolver.ConjugateGradient(1e-13, maxIterations: Limit) : LinearSolver.FixedPoint(1e-13);
        return solver.Solve(matrix, b).EnsureConverged()[0];
    }

    private static IEnumerable<Func<double, LinearSolver>> Solvers(bool isSymmetric, int size)
    {
        if (isSymmetric)
        {
            yield return tolerance => LinearSolver.ConjugateGradient(tolerance, maxIterations: Limit);
            yield return tolerance => LinearSolver.Minres(tolerance, maxIterations: Limit);
        }

        if (size <= 300)
        {
            yield return tolerance => LinearSolver.DenseLu(tolerance);
        }

        yield return tolerance => LinearSolver.Gmres(60, tolerance, maxIterations: Limit);
        yield return tolerance => LinearSolver.BiCgStab(tolerance, maxIterations: Limit);
        yield return tolerance => LinearSolver.FixedPoint(tolerance, maxIterations: Limit);
        yield return tolerance => LinearSolver.Anderson(5, tolerance, maxIterations: Limit);
    }

    private static (LinearOperator Matrix, Tensor[] RightHandSide, bool IsSymmetric) Of(string problem, DType dtype)
    {
        RandomKey[] keys = RandomKey.FromSeed(915).Split(4);
        Tensor Normal(int key, Shape shape) => keys[key].Normal(shape, DType.Float64);
        (Func<Tensor, Func<Tensor, Tensor>, Tensor> product, Shape shape, bool isSymmetric) = problem switch
        {
            "lr_100x10" => Logistic(Normal(0, [100, 10])),
            "lr_1000x100" => Logistic(Normal(0, [1000, 100])),
            "rnn" => Equilibrium(Normal(0, [64, 64]), keys[1].Uniform([24, 64], dtype: DType.Float64)),
            "ill" => IllConditioned(Rotation(Normal(0, [300, 300])), Spaced(0, -6 * Math.Log(10), 300).Exp()),
            "nonnormal" => NonNormal(Rotation(Normal(0, [200, 200]))),
            "wide" => Wide(1 + (9 * keys[0].Uniform([2000], dtype: DType.Float64)), Normal(1, [2000, 50]) / 5),

            // a few large curvatures above a tail that falls by two digits
            _ => Wide(Spaced(0, -2 * Math.Log(10), 1500).Exp(), Normal(1, [1500, 20]) / 10),
        };

        // an outer gradient of samples lies along what samples determine
        Tensor drawn = Normal(3, shape), b = problem == "mlp" ? product(drawn, tensor => tensor) : drawn;
        return (LinearOperator.From(v => product(v, tensor => tensor.To(dtype)), new TensorType(dtype, shape)), [b.To(dtype)], isSymmetric);
    }

    // the map of gradient descent with 1/L: its I − J
    private static (Func<Tensor, Func<Tensor, Tensor>, Tensor>, Shape, bool) Logistic(Tensor x)
    {
        double aspect = 1 + Math.Sqrt(x.Shape[1] / (double)x.Shape[0]), penalty = Math.Exp(-2), rate = 1 / ((0.25 * aspect * aspect) + penalty);
        Tensor margin = x.MatMul(Tensor.Ones([x.Shape[1]])).Sigmoid(), curvature = margin * (1 - margin) / x.Shape[0];
        return ((v, to) => rate * (to(x).Transpose().MatMul(to(curvature) * to(x).MatMul(v)) + (penalty * v)), [x.Shape[1]], true);
    }

    // a recurrent network of norm 0.9, its derivatives between a half and 1
    private static (Func<Tensor, Func<Tensor, Tensor>, Tensor>, Shape, bool) Equilibrium(Tensor a, Tensor slopes)
    {
        Tensor weights = 0.9 * a / Linalg.SingularValues(a)[0];
        return ((v, to) => v - ((0.5 + (0.5 * to(slopes))) * v).MatMul(to(weights).Transpose()), slopes.Shape, false);
    }

    private static (Func<Tensor, Func<Tensor, Tensor>, Tensor>, Shape, bool) IllConditioned(Tensor q, Tensor spectrum) =>
        ((v, to) => to(q).MatMul(to(spectrum) * to(q).Transpose().MatMul(v)), [spectrum.Count], true);

    // eigenvalues between −0.95 and 0.95, coupled in pairs so strongly that the norm is about 5
    private static (Func<Tensor, Func<Tensor, Tensor>, Tensor>, Shape, bool) NonNormal(Tensor q)
    {
        int size = q.Shape[0];
        Tensor coupled = Spaced(-0.95, 0.95, size).DiagonalMatrix() + (4.9 * Tensor.Ones([size / 2]).DiagonalMatrix(size / 2));
        Tensor a = q.MatMul(coupled).MatMul(q.Transpose());
        return ((v, to) => v - to(a).MatMul(v), [size], false);
    }

    private static (Func<Tensor, Func<Tensor, Tensor>, Tensor>, Shape, bool) Wide(Tensor diagonal, Tensor u) =>
        ((v, to) => (to(diagonal) * v) + to(u).MatMul(to(u).Transpose().MatMul(v)), [diagonal.Count], true);

    private static Tensor Rotation(Tensor drawn) => Linalg.Qr(drawn).Q;

    private static Tensor Spaced(double first, double last, int count) =>
        Tensor.From([.. Enumerable.Range(0, count).Select(i => first + ((last - first) * i / (count - 1)))]);
}
