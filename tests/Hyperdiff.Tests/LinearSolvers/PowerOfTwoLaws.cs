using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>A system in another unit has the same solution in that unit, to the last bit: powers of two lose nothing, and no solver, wrapper or preconditioner
/// has a unit of its own.</summary>
public sealed class PowerOfTwoLaws
{
    private const int Size = 7;
    private const int Limit = 60;

    // every solver alone, but for one whose range ends at that of float32 (Float32SolverTests); then wrappers of wrappers, and solvers that know a unit of A,
    // which is given to them: 2ᵏ for what is in the unit of A
    private static readonly (string Name, Func<double, double, LinearSolver> Make)[] s_solvers =
    [
        .. SolverCases.All.Where(item => item.Make(1, 1) is not DescentLinearSolver and not Float32Solver).Select(item =>
            (item.Name, (Func<double, double, LinearSolver>)((tolerance, _) => item.Make(tolerance, Limit)))),
        ("descent", (tolerance, unit) => LinearSolver.Descent(0.7 / unit, 0.3, tolerance, maxIterations: Limit)),
        ("Neumann series", (_, _) => LinearSolver.Neumann(6)),
        ("random truncation", (_, unit) => LinearSolver.RandomTruncation(6, 0.5 / unit, RandomKey.FromSeed(4))),
        ("ridge", (tolerance, unit) => LinearSolver.Ridge(LinearSolver.ConjugateGradient(tolerance, maxIterations: Limit), 0.3 * unit)),
        ("Nyström with a ridge",
            (tolerance, unit) => LinearSolver.Preconditioned(LinearSolver.Minres(tolerance, maxIterations: Limit), Preconditioner.Nystrom(3, 0.1 * unit))),
        ("normal equations with a ridge",
            (tolerance, unit) => LinearSolver.Normal(LinearSolver.Ridge(LinearSolver.ConjugateGradient(tolerance, maxIterations: Limit), 0.01 * unit * unit))),
        ("refined ridge of LSMR",
            (tolerance, unit) => LinearSolver.Refined(LinearSolver.BestIterate(LinearSolver.Ridge(LinearSolver.Lsmr(1e-2, maxIterations: Limit), 0.01 * unit)),
                tolerance)),
        ("preconditioned normal equations",
            (tolerance, _) => LinearSolver.Preconditioned(LinearSolver.Normal(LinearSolver.Minres(tolerance, maxIterations: Limit)))),
        ("normal equations, preconditioned",
            (tolerance, _) => LinearSolver.Normal(LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(tolerance, maxIterations: Limit),
                Preconditioner.Nystrom(4)))),
        ("best of BiCGStab, preconditioned",
            (tolerance, _) => LinearSolver.Preconditioned(LinearSolver.BestIterate(LinearSolver.BiCgStab(tolerance, maxIterations: Limit)))),
        ("preconditioned Cholesky", (tolerance, _) => LinearSolver.Preconditioned(LinearSolver.DenseCholesky(tolerance))),
    ];

    private static readonly Matrix<double> s_matrix = MatrixMaker.PositiveDefinite(new Random(5), Size, 0.2, 1.7);
    private static readonly Vector<double> s_rightHandSide = MatrixMaker.Gaussian(new Random(6), Size);
    private static readonly Vector<double> s_start = MatrixMaker.Gaussian(new Random(7), Size);

    public static TheoryData<string, DType> Solvers
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach ((string name, _) in s_solvers)
            {
                data.Add(name, DType.Float64);
                data.Add(name, DType.Float32);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void RightHandSideInAnotherUnit_GivesTheSameBits(string name, DType type)
    {
        foreach (int k in type == DType.Float64 ? [-990, -600, -300, -1, 1, 300, 600, 990] : new[] { -110, -80, -40, -1, 1, 40, 80, 110 })
        {
            AssertAlike(name, type, k, 0);
        }
    }

    public static TheoryData<string> Names => [.. s_solvers.Select(solver => solver.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void RightHandSideInAnotherUnit_GivesTheSameBits_WhereTheMatrixIsInFloat32(string name)
    {
        Tensor matrix = Dense.Of(s_matrix).To(DType.Float32);
        var product = LinearOperator.From(v => matrix.MatMul(v.To(DType.Float32)).To(DType.Float64), new TensorType(DType.Float64, [Size]));
        LinearSolution Solved(int k) =>
            s_solvers.Single(item => item.Name == name).Make(1e-5, 1).Solve(product, [Tensor.Scalar(Math.ScaleB(1, k)) * Dense.Of(s_rightHandSide)]);
        LinearSolution of = Solved(0);
        double[] plain = Numbers(of);

        // products that are rounded so have no factors by Cholesky, which says so
        Assert.True(of.Report.Status == SolveStatus.Breakdown || !plain.Contains(0), of.Report.ToString());
        foreach (int k in (int[])[-990, -300, -140, -60, 60, 140, 300, 990])
        {
            LinearSolution scaled = Solved(k);
            Assert.Equal(of.Report.Status, scaled.Report.Status);
            Assert.Equal(plain.Select(number => Math.ScaleB(number, k)), Numbers(scaled));
        }
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void MatrixInAnotherUnit_GivesTheSameBits(string name, DType type)
    {
        LinearSolver solver = s_solvers.Single(item => item.Name == name).Make(1e-10, 1);
        if (!solver.IsScaleFree)
        {
            return;
        }

        foreach (int k in type == DType.Float64 ? [-990, -600, -300, -3, -1, 1, 3, 300, 600, 990] : new[] { -110, -80, -40, -3, -1, 1, 3, 40, 80, 110 })
        {
            if (solver is NormalSolver { Inner: RidgeSolver } && Math.Abs(k) > (type == DType.Float64 ? 500 : 60))
            {
                // a ridge in the unit of AᵀA is not a number there
                continue;
            }

            AssertAlike(name, type, 0, k);
            AssertAlike(name, type, k, k);
        }
    }

    private static void AssertAlike(string name, DType type, int ofRightHandSide, int ofMatrix)
    {
        foreach (bool warm in new[] { false, true })
        {
            foreach (bool absolute in new[] { false, true })
            {
                (LinearSolution plain, var told) = Solve(name, type, 0, 0, warm, absolute);
                (LinearSolution scaled, var toldScaled) = Solve(name, type, ofRightHandSide, ofMatrix, warm, absolute);
                int unit = ofRightHandSide - ofMatrix;
                string what = $"2^{ofRightHandSide} b, 2^{ofMatrix} A, warm: {warm}, absolute: {absolute}: {scaled.Report}, not {plain.Report}";

                Assert.True(Numbers(plain).Select(number => Math.ScaleB(number, unit)).SequenceEqual(Numbers(scaled)), what);
                Assert.True(
                    plain.Report with
                    {
                        Solver = scaled.Report.Solver,
                        Residual = Math.ScaleB(plain.Report.Residual, ofRightHandSide),
                        Tolerance = Math.ScaleB(plain.Report.Tolerance, ofRightHandSide),
                    } == scaled.Report,
                    what);
                Assert.Equal(told.Residuals.Select(residual => Math.ScaleB(residual, ofRightHandSide)), toldScaled.Residuals);
            }
        }
    }

    private static (LinearSolution Solution, ResidualHistory Told) Solve(string name, DType type, int ofRightHandSide, int ofMatrix, bool warm, bool absolute)
    {
        Tensor Of(Tensor tensor, int k) => Tensor.Scalar(Math.ScaleB(1, k), type) * tensor.To(type);
        Tensor matrix = Of(Dense.Of(s_matrix), ofMatrix);
        var product = LinearOperator.From(v => matrix.MatMul(v), new TensorType(type, [Size]));
        double tolerance = absolute ? 0 : type == DType.Float64 ? 1e-10 : 1e-4;
        LinearSolver solver = s_solvers.Single(item => item.Name == name).Make(tolerance, Math.ScaleB(1, ofMatrix));
        if (absolute)
        {
            // in the unit of b
            solver = solver with { Tolerance = new Tolerance(0, Math.ScaleB(1e-3, ofRightHandSide)) };
        }

        var told = new ResidualHistory();
        return (solver.Solve(product, [Of(Dense.Of(s_rightHandSide), ofRightHandSide)], warm ? [Of(Dense.Of(s_start), ofRightHandSide - ofMatrix)] : null,
            told), told);
    }

    private static double[] Numbers(LinearSolution solution) => solution.Value[0].To(DType.Float64).ToArray<double>();
}
