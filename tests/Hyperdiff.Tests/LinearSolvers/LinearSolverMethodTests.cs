using Hyperdiff.Decompositions;
using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>What is particular to single solvers: counts, names, and the systems that they exist for.</summary>
public sealed class LinearSolverMethodTests
{
    private const int Seed = 4411;

    [Fact]
    public void Normal_CountsProductsWithBothSides_AndNamesTheSolverWithin()
    {
        SystemCase system = SystemCases.Named("not symmetric");
        SolveReport report = LinearSolver.Normal(LinearSolver.ConjugateGradient(0, maxIterations: 3)).Solve(system.Operator, system.RightHandSide()).Report;

        // three updates and the residual of the normal equations: four of each; Aᵀb; the residual of A
        Assert.Equal((SolveStatus.MaxIterations, 3, 5L, 5L), (report.Status, report.Iterations, report.Products, report.TransposedProducts));
        Assert.Equal("normal equations, conjugate gradients", report.Solver);
    }

    [Fact]
    public void Names_OfWrappedSolvers_SayWhatIsWithin()
    {
        LinearSolver cg = LinearSolver.ConjugateGradient();

        Assert.Equal("best iterate of conjugate gradients", LinearSolver.BestIterate(cg).Name);
        Assert.Equal("ridge 0.01, conjugate gradients", LinearSolver.Ridge(cg, 0.01).Name);
        Assert.Equal("conjugate gradients with diagonal scaling", LinearSolver.Preconditioned(cg).Name);
        Assert.Equal("refinement of normal equations, conjugate gradients", LinearSolver.Refined(LinearSolver.Normal(cg)).Name);
        Assert.Equal("Neumann series of 4 terms (3 products)", LinearSolver.Neumann(3).Name);
    }

    [Fact]
    public void Tolerance_OfAWrapper_IsThatOfTheSolverWithin()
    {
        LinearSolver wrapped = LinearSolver.Normal(LinearSolver.ConjugateGradient(1e-3)) with { Tolerance = new Tolerance(1e-6, 0) };

        Assert.Equal(1e-6, ((ConjugateGradientSolver)((NormalSolver)wrapped).Inner).Tolerance.Relative);
    }

    [Fact]
    public void Neumann_WithKProducts_IsTheFixedPointIterationWithOneUpdateMore_BitForBit()
    {
        SystemCase system = SystemCases.Named("contraction, not symmetric");
        LinearSolution series = LinearSolver.Neumann(4).Solve(system.Operator, system.RightHandSide());
        LinearSolution iteration = LinearSolver.FixedPoint(0, maxIterations: 5).Solve(system.Operator, system.RightHandSide());

        Assert.Equal((SolveStatus.Converged, double.PositiveInfinity), (series.Report.Status, series.Report.Tolerance));
        Assert.Equal(iteration.Value[0].ToArray<double>(), series.Value[0].ToArray<double>());
        Assert.Equal(iteration.Report.Residual, series.Report.Residual);
    }

    [Fact]
    public void DampedSeries_IsItsDefinition()
    {
        // τ Σ_{j<k} (I − τ A)ʲ b
        SystemCase system = SystemCases.Named("contraction, not symmetric");
        const double Damping = 0.4;
        Vector<double> b = Dense.Vector(system.RightHandSide()[0]);
        Matrix<double> step = Matrix<double>.Build.DenseIdentity(b.Count) - (Damping * system.Matrix!);
        Vector<double> expected = Damping * (b + (step * b) + (step * step * b));
        LinearSolution solution = new TruncatedSeriesSolver(3, Damping).Solve(system.Operator, system.RightHandSide());

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.InRange(Dense.RelativeError(expected, solution.Value[0]), 0, 1e-14);
    }

    [Fact]
    public void Series_ThatGrows_SaysDiverged()
    {
        var matrix = LinearOperator.From(v => 3 * v, new TensorType(DType.Float64, [2]));

        Assert.Equal(SolveStatus.Diverged, LinearSolver.Neumann(4).Solve(matrix, [Tensor.Ones([2])]).Report.Status);
    }

    [Fact]
    public void Ridge_SolvesTheShiftedSystem()
    {
        SystemCase system = SystemCases.Named("positive definite");
        Matrix<double> shifted = system.Matrix! + (0.3 * Matrix<double>.Build.DenseIdentity(7));
        LinearSolution solution = LinearSolver.Ridge(LinearSolver.ConjugateGradient(1e-13), 0.3).Solve(system.Operator, system.RightHandSide());

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.InRange(Dense.RelativeError(shifted.Solve(Dense.Vector(system.RightHandSide()[0])), solution.Value[0]), 0, 1e-13 * 20);
    }

    [Fact]
    public void BestIterate_OnAnIndefiniteSystem_IsNoWorseThanTheLast()
    {
        SystemCase system = SystemCases.Named("indefinite");
        LinearSolver descent = LinearSolver.Descent(0.9, 0.5, 1e-12, maxIterations: 40);
        LinearSolution last = descent.Solve(system.Operator, system.RightHandSide());
        LinearSolution best = LinearSolver.BestIterate(descent).Solve(system.Operator, system.RightHandSide());

        Assert.False(last.Report.Converged);
        Assert.Equal(last.Report.Status, best.Report.Status);
        Assert.True(best.Report.Residual < last.Report.Residual / 2, $"{best.Report} {last.Report}");
        Assert.Equal(system.Residual(system.RightHandSide(), best.Value), best.Report.Residual, 1e-12);
        Assert.True(best.Report.Iterations < last.Report.Iterations);
    }

    [Fact]
    public void Gmres_WithoutRestart_IsExactAfterAsManyProductsAsRows()
    {
        SystemCase system = SystemCases.Named("not symmetric");
        LinearSolution solution = LinearSolver.Gmres(20, 1e-12).Solve(system.Operator, system.RightHandSide());

        // one product per update, and the true residual
        Assert.Equal((SolveStatus.Converged, 7, 8L), (solution.Report.Status, solution.Report.Iterations, solution.Report.Products));
        Assert.InRange(system.Error(solution.Value), 0, 1e-12 * system.Condition);
    }

    [Fact]
    public void Minres_OnAnIndefiniteSystem_IsExactAfterAsManyProductsAsRows()
    {
        SystemCase system = SystemCases.Named("indefinite");
        LinearSolution solution = LinearSolver.Minres(1e-10).Solve(system.Operator, system.RightHandSide());

        Assert.Equal((SolveStatus.Converged, 8L), (solution.Report.Status, solution.Report.Products));
        Assert.InRange(system.Error(solution.Value), 0, 1e-10 * system.Condition);
    }

    [Fact]
    public void BiCgStab_OnASmallSystem_IsExactAfterAsManyUpdatesAsRows()
    {
        SystemCase system = SystemCases.Named("contraction, not symmetric");
        LinearSolution solution = LinearSolver.BiCgStab(1e-10).Solve(system.Operator, system.RightHandSide());

        // two products per update, and the true residual
        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.InRange(solution.Report.Iterations, 1, 7);
        Assert.Equal((2 * solution.Report.Iterations) + 1, solution.Report.Products);
        Assert.InRange(system.Error(solution.Value), 0, 1e-10 * system.Condition);
    }

    [Fact]
    public void Lsmr_OnAnInconsistentSystem_EndsAtTheLeastSquaresSolution()
    {
        Tensor diagonal = Tensor.From([1.0, 0.5, 0]);
        var matrix = LinearOperator.From(v => diagonal * v, new TensorType(DType.Float64, [3]));
        LinearSolution solution = LinearSolver.Lsmr().Solve(matrix, [Tensor.From([1.0, 1, 1])]);

        Assert.Equal(SolveStatus.Singular, solution.Report.Status);
        Assert.Equal(1, solution.Report.Residual, 1e-14);
        Assert.All(solution.Value[0].ToArray<double>().Zip([1.0, 2, 0]), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
    }

    [Fact]
    public void Anderson_OnARotation_Converges_WhereTheIterationItselfDoesNot()
    {
        // I − A is a rotation by a right angle: ρ = 1
        var matrix = LinearOperator.From(v => v - Tensor.Concat(0, -v[1..], v[..1]), new TensorType(DType.Float64, [2]));
        Tensor[] b = [Tensor.From([1.0, 3])];

        Assert.False(LinearSolver.FixedPoint().Solve(matrix, b).Report.Converged);
        SolveReport report = LinearSolver.Anderson(3).Solve(matrix, b).Report;
        Assert.True(report.Converged, report.ToString());
        Assert.InRange(report.Iterations, 1, 5);
    }

    [Fact]
    public void DenseLu_OfAMatrixSingularToWorkingPrecision_SaysSingular_WithAnEstimate()
    {
        // the Hilbert matrix of order 13 has a condition number beyond 1e17
        Matrix<double> hilbert = Matrix<double>.Build.Dense(13, 13, (i, j) => 1.0 / (i + j + 1));
        Tensor dense = Dense.Of(hilbert);
        var matrix = LinearOperator.From(v => dense.MatMul(v), new TensorType(DType.Float64, [13]));
        SolveReport report = LinearSolver.DenseLu().Solve(matrix, [Tensor.Ones([13])]).Report;

        Assert.Equal(SolveStatus.Singular, report.Status);
        Assert.Contains("condition about", report.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void LuFactorization_SolvesWithBothSides()
    {
        var random = new Random(Seed);
        Matrix<double> matrix = MatrixMaker.Gaussian(random, 9, 9);
        Vector<double> b = MatrixMaker.Gaussian(random, 9);
        LuFactorization factors = LuFactorization.Of(matrix.ToArray())!;

        // n ε κ
        double tolerance = 9 * 1e-15 * matrix.ConditionNumber();
        Assert.InRange(Dense.RelativeError(matrix.Solve(b), Tensor.From(factors.Solve(b.ToArray()))), 0, tolerance);
        Assert.InRange(Dense.RelativeError(matrix.Transpose().Solve(b), Tensor.From(factors.SolveTransposed(b.ToArray()))), 0, tolerance);
    }

    [Fact]
    public void ConditionEstimate_IsWithinAFactorThree_FromBelow()
    {
        var random = new Random(Seed);
        for (int trial = 0; trial < 20; trial++)
        {
            Matrix<double> matrix = MatrixMaker.Gaussian(random, 9, 9);
            double exact = matrix.L1Norm() * matrix.Inverse().L1Norm();
            double[,] entries = matrix.ToArray();
            double norm = Factorization.Norm(entries);
            double estimate = LuFactorization.Of(entries)!.Condition(norm);

            Assert.InRange(estimate / exact, 1.0 / 3, 1 + 1e-9);
        }
    }

    [Fact]
    public void Cholesky_OfANonsymmetricOrIndefiniteMatrix_SaysBreakdown()
    {
        foreach (string name in new[] { "contraction, not symmetric", "indefinite" })
        {
            SystemCase system = SystemCases.Named(name);
            Assert.Equal(SolveStatus.Breakdown, LinearSolver.DenseCholesky().Solve(system.Operator, system.RightHandSide()).Report.Status);
        }
    }

    [Fact]
    public void DiagonalScaling_MakesABadlyScaledSystemEasy()
    {
        // κ = 8.5 seen through a scaling of 1e-2 to 1e2; the scaling undone, conjugate gradients need about ½ √κ ln(2/ε) = 36 updates
        const int Size = 60;
        var random = new Random(Seed);
        Vector<double> scaling = Vector<double>.Build.Dense(Size, i => Math.Pow(10, (4.0 * i / (Size - 1)) - 2));
        Matrix<double> diagonal = Matrix<double>.Build.DenseOfDiagonalVector(scaling);
        Tensor dense = Dense.Of(diagonal * MatrixMaker.PositiveDefinite(random, Size, 0.2, 1.7) * diagonal);
        var matrix = LinearOperator.From(v => dense.MatMul(v), new TensorType(DType.Float64, [Size]));
        Tensor[] b = [dense.MatMul(Tensor.Ones([Size]))];
        SolveReport plain = LinearSolver.ConjugateGradient().Solve(matrix, b).Report;
        SolveReport scaled = LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(), Preconditioner.Diagonal(Size)).Solve(matrix, b).Report;

        Assert.True(scaled.Converged, scaled.ToString());
        Assert.InRange(scaled.Iterations, 1, 80);
        Assert.True(scaled.Iterations < plain.Iterations / 2, $"{plain} {scaled}");
    }

    [Fact]
    public void ProbedDiagonal_IsCloseToTheExactOne()
    {
        SystemCase system = SystemCases.Named("positive definite");
        Tensor[] exact = ((Scaling)Preconditioner.Diagonal(7)).Of(system.Operator)!.Shared;
        Tensor[] probed = new DiagonalPreconditioner(6, 1).Of(system.Operator)!.Shared;
        Vector<double> diagonal = system.Matrix!.Diagonal().Map(entry => 1 / Math.Sqrt(Math.Abs(entry)));

        Assert.InRange(Dense.RelativeError(diagonal, exact[0]), 0, 1e-15 * 10);

        // the off-diagonal entries are below 0.6, the diagonal ones about 1: six signs leave a standard error below √(6 · 0.36 / 6) = 0.6, and half of that on
        // its root
        Assert.InRange(Dense.RelativeError(diagonal, probed[0]), 1e-6, 0.6);
    }

    [Fact]
    public void Refined_WithALooseInnerTolerance_ReachesATightOne()
    {
        SystemCase system = SystemCases.Named("not symmetric");
        LinearSolution solution = LinearSolver.Refined(LinearSolver.Gmres(20, 1e-3), 1e-12).Solve(system.Operator, system.RightHandSide());

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.InRange(system.Error(solution.Value), 0, 1e-12 * system.Condition);
    }

    [Fact]
    public void Descent_WithRateOne_IsTheFixedPointIteration()
    {
        SystemCase system = SystemCases.Named("contraction, not symmetric");
        LinearSolution descent = LinearSolver.Descent(1, 0, 0, maxIterations: 6).Solve(system.Operator, system.RightHandSide());
        LinearSolution iteration = LinearSolver.FixedPoint(0, maxIterations: 6).Solve(system.Operator, system.RightHandSide());

        Assert.Equal(iteration.Value[0].ToArray<double>(), descent.Value[0].ToArray<double>());
    }

    [Theory]
    [InlineData("not symmetric")]
    [InlineData("skew part only")]
    [InlineData("indefinite")]
    public void Broyden_WithoutContraction_EndsWithinTwiceAsManyUpdatesAsUnknowns(string name)
    {
        SystemCase system = SystemCases.Named(name);
        LinearSolution solution = LinearSolver.Broyden(14, 1e-8).Solve(system.Operator, system.RightHandSide());

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.InRange(solution.Report.Iterations, 1, 2 * 7);
        Assert.Equal(solution.Report.Iterations, solution.Report.Products);
    }

    [Fact]
    public void Broyden_TakesTheStepsOfItsRule()
    {
        // G by its definition, as a matrix
        SystemCase system = SystemCases.Named("contraction, not symmetric");
        Vector<double> b = Dense.Vector(system.RightHandSide()[0]);
        (Vector<double> x, Vector<double> r, Matrix<double> g) = (0 * b, b, Matrix<double>.Build.DenseIdentity(7));
        for (int k = 1; k <= 6; k++)
        {
            Vector<double> s = g * r;
            Vector<double> y = system.Matrix! * s;
            x += s;
            r -= y;
            g += (s - (g * y)).OuterProduct(g.TransposeThisAndMultiply(s)) / (s * (g * y));

            Assert.InRange(Dense.RelativeError(x,
                LinearSolver.Broyden(10, 0, maxIterations: k).Solve(system.Operator, system.RightHandSide()).Value[0]), 0, 1e-13);
        }
    }

    [Fact]
    public void Broyden_WithAFullMemory_BeginsAgain()
    {
        // one step is kept and forgotten at once: the fixed-point iteration
        SystemCase system = SystemCases.Named("contraction, not symmetric");
        LinearSolution forgetful = LinearSolver.Broyden(1, 0, maxIterations: 6).Solve(system.Operator, system.RightHandSide());
        LinearSolution iteration = LinearSolver.FixedPoint(0, maxIterations: 6).Solve(system.Operator, system.RightHandSide());

        Assert.Equal(iteration.Value[0].ToArray<double>(), forgetful.Value[0].ToArray<double>());
    }
}
