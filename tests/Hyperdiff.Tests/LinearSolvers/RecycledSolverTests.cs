using System.Globalization;
using System.Text.RegularExpressions;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>What is kept from solve to solve saves products, never accuracy; and all that is decided follows from counts.</summary>
public sealed partial class RecycledSolverTests
{
    private const int Size = 60;
    private const int Seed = 412;
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Solvers => new(SolverCases.All.Select(item => item.Name));

    public static TheoryData<string> Kinds => ["LU", "Cholesky", "Nyström", "diagonal", "CG", "GMRES", "Auto"];

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Alone_ItIsTheInnerSolver(string name)
    {
        LinearSolver inner = SolverCases.Named(name).Make(Tolerance, 300);
        foreach (SystemCase system in SystemCases.All.Where(system => SolverCases.Named(name).Accepts.HasFlag(system.Kind)))
        {
            (LinearSolution alone, LinearSolution recycled) =
                (inner.Solve(system.Operator, system.RightHandSide()), LinearSolver.Recycled(inner).Solve(system.Operator, system.RightHandSide()));

            Assert.Equal(alone.Report with { Kind = recycled.Report.Kind }, recycled.Report);
            Assert.Equal(alone.Value.SelectMany(leaf => leaf.ToArray<double>()), recycled.Value.SelectMany(leaf => leaf.ToArray<double>()));
        }
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void AfterAnotherSystem_TheToleranceHolds(string name)
    {
        LinearSolver solver = LinearSolver.Recycled(SolverCases.Named(name).Make(Tolerance, 300));
        foreach (SystemCase system in SystemCases.All.Where(system => SolverCases.Named(name).Accepts.HasFlag(system.Kind)))
        {
            LinearSolution? last = null;
            Tensor[] b = system.RightHandSide();
            foreach (double factor in new[] { 1, 1.1, 1.21, -3, 1e-3, 1.4 })
            {
                // s A x = c b: of a nearby matrix with a solution of its own
                Tensor scale = Tensor.Scalar(1 + (0.02 * factor));
                LinearOperator given = system.Operator;
                LinearOperator matrix = given.InputTypes.IsEmpty
                    ? given : LinearOperator.From(v => (scale * new LeafVector(given.Apply(v))).Leaves, given.InputTypes.AsSpan());
                Tensor[] rightHandSide = (Tensor.Scalar(factor * (1 + (0.02 * factor))) * new LeafVector(b)).Leaves;
                last = last is null ? solver.Solve(matrix, rightHandSide) : solver.SolveAfter(last, matrix, rightHandSide);

                Assert.True(last.Report.Converged, $"{system}, {factor}: {last.Report}");
                Tensor[] plain = (Tensor.Scalar(factor) * new LeafVector(b)).Leaves;
                double allowed = Tolerance * new LeafVector(plain).Magnitude();

                // rounding of the residual: some units of what it is made of
                double rounding = 100 * DType.Float64.Epsilon() * system.Condition * new LeafVector(plain).Magnitude();
                Assert.InRange(system.Residual(plain, last.Value), 0, allowed + rounding);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AlongADrift_ProductsAreSaved_AndEverySolveIsAsAccurate(string kind)
    {
        LinearSolver inner = Inner(kind);
        (long fresh, long recycled) = (0, 0);
        (LinearSolution? cold, LinearSolution? last) = (null, null);
        LinearSolver solver = LinearSolver.Recycled(inner);
        foreach ((LinearOperator matrix, Tensor b) in Drift(20, 0.01))
        {
            cold = inner.Solve(matrix, [b], cold?.Value);
            last = last is null ? solver.Solve(matrix, [b]) : solver.SolveAfter(last, matrix, [b]);
            Assert.True(last.Report.Converged, last.Report.ToString());
            double residual = (b - matrix.Apply(last.Value)[0]).Norm().ToScalar();

            // both are computed by the same products
            Assert.Equal(residual, last.Report.Residual, 1e-3 * residual);
            Assert.InRange(residual, 0, Tolerance * b.Norm().ToScalar());
            (fresh, recycled) = (fresh + All(cold), recycled + All(last));
        }

        // factors of 60 unknowns cost 60 products; what is left is below those of an iteration from a warm start
        double share = kind switch { "LU" or "Cholesky" => 0.3, "Nyström" => 0.6, _ => 1 };
        Assert.True(recycled < share * fresh, $"{recycled} of {fresh} products");
    }

    [Theory]
    [InlineData("LU")]
    [InlineData("Cholesky")]
    [InlineData("Nyström")]
    public void WhatIsKept_IsMadeAnew_WhenASolveTookMoreThanTheMean_AndOnlyThen(string kind)
    {
        LinearSolver solver = LinearSolver.Recycled(Inner(kind), directions: 0);
        (LinearSolution? last, long spent, long before, int solves, int renewals) = (null, 0, 0, 0, 0);
        foreach ((LinearOperator matrix, Tensor b) in Drift(60, 0.08))
        {
            last = last is null ? solver.Solve(matrix, [b]) : solver.SolveAfter(last, matrix, [b]);
            Assert.True(last.Report.Converged, last.Report.ToString());
            long products = All(last);
            string report = last.Report.Solver;
            if (solves == 0)
            {
                Assert.DoesNotContain("kept", report, StringComparison.Ordinal);
                (spent, before, solves) = (products, 0, 1);
            }
            else if (before * solves > spent)
            {
                Assert.Contains($"renewed after {solves} solves, the last of which took {before} products", report, StringComparison.Ordinal);
                (spent, before, solves) = (Made(kind, products), 0, 1);
                renewals++;
            }
            else
            {
                Assert.Equal(solves, int.Parse(KeptFor().Match(report).Groups[1].Value, CultureInfo.InvariantCulture));
                (spent, before, solves) = (spent + products, products, solves + 1);
            }
        }

        Assert.InRange(renewals, 1, 20);

        // a factorization's own solve takes one product, from a start one more
        static long Made(string kind, long products) => kind is "Nyström" ? products : Size + 1;
    }

    [Fact]
    public void FactorsOfAnotherMatrix_AreGivenUp_WithinTheSolve()
    {
        LinearSolver solver = LinearSolver.Recycled(LinearSolver.DenseLu(Tolerance));
        var random = new Random(Seed);
        Tensor b = Dense.Of(MatrixMaker.Gaussian(random, Size));
        LinearSolution first = solver.Solve(Operator(MatrixMaker.Gaussian(random, Size, Size)), [b]);
        LinearSolution second = solver.SolveAfter(first, Operator(MatrixMaker.Gaussian(random, Size, Size)), [b]);

        Assert.True(second.Report.Converged, second.Report.ToString());
        Assert.Contains("renewed since the kept one ended as", second.Report.Solver, StringComparison.Ordinal);

        // at most as many updates as factors take products, in cycles of 30, before those are spent on new ones
        Assert.InRange(All(second), Size + 1, (2 * Size) + 10);
    }

    [Theory]
    [InlineData("LU")]
    [InlineData("Cholesky")]
    [InlineData("Nyström")]
    public void InFloat32_AndOverSeveralLeaves_FactorsAreKeptToo(string kind)
    {
        const double narrow = 1e-5;
        LinearSolver solver = LinearSolver.Recycled(Inner(kind) with { Tolerance = new Tolerance(narrow, 0) });
        LinearSolution? last = null;
        foreach ((LinearOperator given, Tensor b) in Drift(6, 0.01))
        {
            Tensor dense = given.ToMatrix().To(DType.Float32);
            LinearOperator matrix = LinearOperator.From(
                v => Cut(dense.MatMul(Tensor.Concat(0, v[0], v[1].Reshape(Size - 10)))),
                new TensorType(DType.Float32, [10]), new TensorType(DType.Float32, [Size - 10, 1]));
            Tensor[] rightHandSide = Cut(b.To(DType.Float32));
            last = last is null ? solver.Solve(matrix, rightHandSide) : solver.SolveAfter(last, matrix, rightHandSide);

            Assert.True(last.Report.Converged, last.Report.ToString());
            Assert.InRange((new LeafVector(rightHandSide) - (matrix * last.Value)).Magnitude(), 0, 1.1 * narrow * b.Norm().ToScalar());
        }

        Assert.Contains("kept for 5 solves", last!.Report.Solver, StringComparison.Ordinal);
        Assert.InRange(All(last), 1, Size / 2);

        static Tensor[] Cut(Tensor vector) => [vector[..10], vector[10..].Reshape(Size - 10, 1)];
    }

    [Fact]
    public void ASolutionThatIsQuadraticInTime_IsFoundByTwoDifferencesAndMore()
    {
        LinearSolver solver = LinearSolver.Recycled(LinearSolver.ConjugateGradient(1e-6));
        LinearOperator matrix = Operator(MatrixMaker.PositiveDefinite(new Random(Seed), Size, 0.01, 5));
        Tensor[] parts = [.. Enumerable.Range(0, 3).Select(i => Dense.Of(MatrixMaker.Gaussian(new Random(Seed + i), Size)))];
        LinearSolution? last = null;
        for (int t = 0; t < 8; t++)
        {
            Tensor x = parts[0] + (0.1 * t * parts[1]) + (0.01 * t * t * parts[2]);
            Tensor[] b = matrix.Apply(x);
            last = last is null ? solver.Solve(matrix, b) : solver.SolveAfter(last, matrix, b);
        }

        // the residual of the start, two differences, and of a third what is left of it at most; then the residual that is told
        Assert.True(last!.Report.Converged, last.Report.ToString());
        Assert.Equal(0, last.Report.Iterations);
        Assert.InRange(All(last), 4, 5);
        Assert.Contains("differences of solutions", last.Report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void DifferencesThatGainNothing_AreTriedMoreAndMoreSeldom()
    {
        // right-hand sides that have nothing to do with each other
        LinearOperator matrix = Operator(Matrix<double>.Build.DenseIdentity(Size));
        StartSearch search = StartSearch.First with { Pace = 0.1 };
        var solutions = new List<Tensor[]>();
        var tried = new List<int>();
        var random = new Random(Seed);
        for (int solve = 0; solve < 20; solve++)
        {
            Tensor[] b = [Dense.Of(MatrixMaker.Gaussian(random, Size))];
            var system = new LinearSystem(matrix, b, solutions.Count == 0 ? null : solutions[^1], CancellationToken.None);
            (_, int products, _, search) = search.Run(system, solutions, 3, 0);
            if (products > 1)
            {
                tried.Add(solve);
            }

            solutions.Add(b);
        }

        Assert.Equal([2, 4, 7, 12], tried);
    }

    [Fact]
    public void Auto_KeepsItsChoice_AndDoesNotProbeAgain()
    {
        var random = new Random(Seed);
        Matrix<double> general = (3 * Matrix<double>.Build.DenseIdentity(Size)) + MatrixMaker.WithNorm(random, Size, 1);
        Tensor b = Dense.Of(MatrixMaker.Gaussian(random, Size));
        LinearSolver auto = LinearSolver.Auto(Tolerance), gmres = LinearSolver.Gmres(30, Tolerance);
        LinearSolution first = auto.Solve(Operator(general), [b]);
        LinearOperator next = Operator(1.1 * general);
        (LinearSolution second, LinearSolution alone) = (auto.SolveAfter(first, next, [b]), gmres.Solve(next, [b], first.Value));

        // two products for symmetry, two of an iteration that only grew
        Assert.Equal(4, All(first) - All(gmres.Solve(Operator(general), [b])));
        Assert.Equal(All(alone), All(second));
        Assert.EndsWith("GMRES(30), kept for 1 solve", second.Report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_WritesTheMatrixOut_WhereAnIterationTookAsManyProducts_AndKeepsItsFactors()
    {
        Vector<double> spectrum = Vector<double>.Build.Dense(Size, i => Math.Pow(10, -6.0 * i / Size));
        Matrix<double> q = MatrixMaker.Gaussian(new Random(Seed + 1), Size, Size).QR().Q;
        Matrix<double> hard = q * Matrix<double>.Build.DenseOfDiagonalVector(spectrum) * q.Transpose();
        hard = (hard + hard.Transpose()) / 2;
        Tensor b = Dense.Of(MatrixMaker.Gaussian(new Random(Seed + 2), Size));
        LinearSolver auto = LinearSolver.Auto(Tolerance);
        LinearSolution first = auto.Solve(Operator(hard), [b]);

        Assert.True(first.Report.Converged, first.Report.ToString());
        Assert.Contains(
            $"conjugate gradients: more than {Size} updates to go after {Size / 4}), dense LU", first.Report.Solver, StringComparison.Ordinal);

        // the probes, a quarter of the updates with the residual at their end, the matrix with rounds of refinement
        Assert.InRange(All(first), 5 * Size / 4, (5 * Size / 4) + 8);
        Assert.Single(first.Notes);

        LinearSolution second = auto.SolveAfter(first, Operator(1.0001 * hard), [b]);
        Assert.True(second.Report.Converged, second.Report.ToString());
        Assert.Contains("GMRES(30) with dense LU of an earlier matrix, kept for 1 solve", second.Report.Solver, StringComparison.Ordinal);
        Assert.InRange(All(second), 1, 10);

        // who allows fewer updates has them
        Assert.Equal(SolveStatus.MaxIterations, LinearSolver.Auto(Tolerance, maxIterations: 20).Solve(Operator(hard), [b]).Report.Status);
    }

    [Fact]
    public void APreconditionedSolve_FromANearStart_IsNotMoreAccurateThanAsked()
    {
        Matrix<double> dense = MatrixMaker.PositiveDefinite(new Random(Seed), Size, 1e-3, 1);
        LinearOperator matrix = Operator(dense);
        Tensor x = Dense.Of(MatrixMaker.Gaussian(new Random(Seed + 1), Size));
        Tensor[] b = matrix.Apply(x), near = [x + (1e-4 * Dense.Of(MatrixMaker.Gaussian(new Random(Seed + 2), Size)))];
        LinearSolver solver = LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(1e-6), Preconditioner.Nystrom(5));
        (LinearSolution cold, LinearSolution warm) = (solver.Solve(matrix, b), solver.Solve(matrix, b, near));

        // four of six digits are there already
        Assert.True(warm.Report.Converged, warm.Report.ToString());
        Assert.True(warm.Report.Iterations < 0.75 * cold.Report.Iterations, $"{warm.Report}; {cold.Report}");
    }

    private static LinearSolver Inner(string kind) => kind switch
    {
        "LU" => LinearSolver.DenseLu(Tolerance),
        "Cholesky" => LinearSolver.DenseCholesky(Tolerance),
        "Nyström" => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(Tolerance), Preconditioner.Nystrom(20)),
        "diagonal" => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(Tolerance)),
        "CG" => LinearSolver.ConjugateGradient(Tolerance),
        "GMRES" => LinearSolver.Gmres(20, Tolerance),
        _ => LinearSolver.Auto(Tolerance),
    };

    /// <summary>Positive definite matrices of a decaying spectrum, whose diagonal drifts as penalties do, each by a factor of its own.</summary>
    private static IEnumerable<(LinearOperator Matrix, Tensor RightHandSide)> Drift(int steps, double rate)
    {
        Matrix<double> q = MatrixMaker.Gaussian(new Random(Seed), Size, Size).QR().Q;
        Vector<double> spectrum = Vector<double>.Build.Dense(Size, i => Math.Pow(10, -3.0 * i / Size));
        Matrix<double> fit = q * Matrix<double>.Build.DenseOfDiagonalVector(spectrum) * q.Transpose();
        fit = (fit + fit.Transpose()) / 2;
        Vector<double> speed = MatrixMaker.Gaussian(new Random(Seed + 1), Size), b = MatrixMaker.Gaussian(new Random(Seed + 2), Size);
        for (int t = 0; t < steps; t++)
        {
            int now = t;
            Vector<double> penalties = Vector<double>.Build.Dense(Size, i => 0.01 * Math.Exp(rate * now * speed[i]));
            yield return (Operator(fit + Matrix<double>.Build.DenseOfDiagonalVector(penalties)), Dense.Of(b));
        }
    }

    private static LinearOperator Operator(Matrix<double> matrix)
    {
        Tensor dense = Dense.Of(matrix);
        return LinearOperator.From(v => dense.MatMul(v), new TensorType(DType.Float64, [matrix.RowCount]));
    }

    private static long All(LinearSolution solution) => solution.Report.Products + solution.Report.TransposedProducts;

    [GeneratedRegex(@"kept for (\d+) solve")]
    private static partial Regex KeptFor();
}
