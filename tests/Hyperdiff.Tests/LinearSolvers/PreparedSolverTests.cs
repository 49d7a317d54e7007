using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>A prepared solver gives what the solver gives, to the last bit, and does what depends on the matrix alone once.</summary>
public sealed class PreparedSolverTests
{
    private const double Tolerance = 1e-10;
    private const int Limit = 300;

    public static TheoryData<string> Solvers => new(SolverCases.All.Select(item => item.Name));

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Prepared_GivesTheSameBits_AndTheSameReports_WhateverCameBefore(string name)
    {
        foreach (SystemCase system in SystemCases.All.Where(system => SolverCases.Named(name).Accepts.HasFlag(system.Kind)))
        {
            foreach (LinearSolver solver in new[] { SolverCases.Named(name).Make(Tolerance, Limit),
                LinearSolver.Ridge(LinearSolver.Refined(SolverCases.Named(name).Make(1e-3, Limit), Tolerance), 0.1) })
            {
                LinearOperator matrix = system.Operator;
                PreparedSolver prepared = solver.Prepare(matrix);
                foreach (double scale in new[] { 0, 1, 1e-200, 3, 1e200, 0, -1 })
                {
                    Tensor[] b = (Tensor.Scalar(scale) * new LeafVector(system.RightHandSide())).Leaves;
                    (LinearSolution alone, LinearSolution again) = (solver.Solve(matrix, b), prepared.Solve(b));

                    Assert.Equal(alone.Report, again.Report);
                    Assert.Equal(alone.Value.SelectMany(leaf => leaf.ToArray<double>()), again.Value.SelectMany(leaf => leaf.ToArray<double>()));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Transposed_SolvesWithTheTranspose_AndItsTransposeIsItself(string name)
    {
        foreach (SystemCase system in SystemCases.All.Where(system => SolverCases.Named(name).Accepts.HasFlag(system.Kind)))
        {
            LinearSolver solver = SolverCases.Named(name).Make(Tolerance, Limit);
            PreparedSolver prepared = solver.Prepare(system.Operator);
            Tensor[] b = system.RightHandSide(transposed: true);
            (LinearSolution expected, LinearSolution actual) = (solver.Solve(system.Operator.Transpose(), b), prepared.Transpose().Solve(b));

            Assert.Equal(expected.Report, actual.Report);
            Assert.Equal(expected.Value.SelectMany(leaf => leaf.ToArray<double>()), actual.Value.SelectMany(leaf => leaf.ToArray<double>()));
            Assert.Same(prepared, prepared.Transpose().Transpose());
        }
    }

    [Theory]
    [InlineData("dense LU")]
    [InlineData("dense Cholesky")]
    [InlineData("refined dense LU")]
    [InlineData("preconditioned")]
    public void SecondSolve_MakesNothingOfTheMatrix(string name)
    {
        const int size = 200;
        LinearSolver solver = name switch
        {
            "dense LU" => LinearSolver.DenseLu(),
            "dense Cholesky" => LinearSolver.DenseCholesky(),
            "refined dense LU" => LinearSolver.Refined(LinearSolver.DenseLu()),
            _ => LinearSolver.Preconditioned(LinearSolver.DenseLu(), Preconditioner.Nystrom(50)),
        };
        Tensor matrix = Dense.Of(MatrixMaker.PositiveDefinite(new Random(1), size, 0.5, 2));
        PreparedSolver prepared = solver.Prepare(LinearOperator.From(v => matrix.MatMul(v), new TensorType(DType.Float64, [size])));
        Tensor[] b = [Tensor.Ones([size])];
        prepared.Solve(b);
        long before = GC.GetAllocatedBytesForCurrentThread();
        prepared.Solve(b);

        // a matrix written out is size² numbers
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, size * size * sizeof(double) / 2);
    }

    [Fact]
    public void ColumnsOfAJacobianThroughASolve_ShareOneFactorization()
    {
        const int size = 120;
        Tensor matrix = Dense.Of(MatrixMaker.PositiveDefinite(new Random(2), size, 0.5, 2));
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.MatMul(matrix.MatMul(w))) - w.MatMul(h));
        Tensor Solution(Tensor h) => Argmin.Of(inner.MinimizedBy(Minimizer.NewtonCg()), Tensor.Zeros([size]), h, LinearSolver.DenseLu());
        Tensor h = Tensor.Ones([size]);
        Tensor jacobian = Diff.Jacobian(Solution, h);

        Assert.InRange((jacobian.MatMul(matrix) - Tensor.Eye(size)).Abs().Max().ToScalar(), 0, 1e-9);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Diff.Jacobian(Solution, h);

        // a factorization for each column would write the matrix out as often
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, size / 2 * size * size * sizeof(double));
    }

    [Fact]
    public void BatchOfDirectSolves_IsThatOfItsItems()
    {
        const int items = 100;
        const int size = 40;
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.MatMul(h[..size].MatMul(w))) - w.MatMul(h[size]));
        Tensor Gradient(Tensor h) =>
            Diff.Grad(at => Argmin.Of(inner.MinimizedBy(Minimizer.NewtonCg()), Tensor.Zeros([size]), at, LinearSolver.DenseLu()).Square().Sum(), h);
        Tensor batch = Tensor.Stack(0, [.. Enumerable.Range(0, items).Select(i =>
            Tensor.Concat(0, [Dense.Of(MatrixMaker.PositiveDefinite(new Random(i), size, 0.5, 2)) * Math.Pow(10, (i % 13) - 6), Tensor.Ones([1, size])]))]);
        Tensor together = Diff.Vmap(Gradient, batch);
        for (int i = 0; i < items; i++)
        {
            Assert.Equal(Gradient(batch[i]).ToArray<double>(), together[i].ToArray<double>());
        }

        // no more than its items, each a matrix and its factors, which are taken out of the batch and whose results are put together; and never one matrix of
        // all of them, which is as large as a hundred times all of these
        Tensor[] apart = [.. Enumerable.Range(0, items).Select(i => batch[i])];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Array.ForEach(apart, item => Gradient(item));
        long alone = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        Tensor gradients = Diff.Vmap(Gradient, batch);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, alone + batch.Type.Bytes + gradients.Type.Bytes);
    }
}
