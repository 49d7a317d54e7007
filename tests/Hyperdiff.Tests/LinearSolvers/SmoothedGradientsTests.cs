namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Conjugate gradients that may end with the mean of their iterates, as Auto has them.</summary>
public sealed class SmoothedGradientsTests
{
    private const int Size = 200;
    private const int Limit = 1000;
    private const double Condition = 100;
    private const int Seeds = 50;
    private const double Worse = 1.25;

    // curvatures spread evenly by their logarithm, along which a right-hand side of the range makes residuals swing
    private static readonly Tensor s_curvatures = Tensor.From([.. Enumerable.Range(0, Size).Select(i => Math.Pow(Condition, -i / (Size - 1.0)))]);
    private static readonly LinearOperator s_matrix = LinearOperator.From(v => s_curvatures * v, new TensorType(DType.Float64, [Size]));
    private static readonly Tensor[] s_rightHandSide = [s_curvatures * RandomKey.FromSeed(3).Normal([Size], DType.Float64)];

    private static ConjugateGradientSolver Smoothed(double tolerance) => new(Tolerance.Of(tolerance, 0), Limit) { IsSmoothed = true };

    [Theory]
    [InlineData(1e-1)]
    [InlineData(1e-2)]
    [InlineData(1e-3)]
    [InlineData(1e-4)]
    public void Mean_EndsNoLaterThanTheLastIterate_WithinTheTolerance(double tolerance)
    {
        LinearSolution smoothed = Smoothed(tolerance).Solve(s_matrix, s_rightHandSide);
        LinearSolution plain = LinearSolver.ConjugateGradient(tolerance, maxIterations: Limit).Solve(s_matrix, s_rightHandSide);
        double residual = new LeafVector([s_rightHandSide[0] - (s_curvatures * smoothed.Value[0])]).Magnitude();
        Assert.Equal(SolveStatus.Converged, smoothed.Report.Status);
        Assert.InRange(residual, 0, tolerance * new LeafVector(s_rightHandSide).Magnitude());
        Assert.Equal(residual, smoothed.Report.Residual, 1e-12 * residual);
        Assert.InRange(smoothed.Report.Products, 1, plain.Report.Products);
    }

    [Fact]
    public void Mean_HasALesserResidualThanAnyIterate_AndNoLesserThanThatOfMinres()
    {
        LinearSolution smoothed = Smoothed(1e-2).Solve(s_matrix, s_rightHandSide);
        int updates = smoothed.Report.Iterations;
        double Residual(LinearSolver solver) => solver.Solve(s_matrix, s_rightHandSide).Report.Residual;
        double[] plain = [.. Enumerable.Range(1, updates).Select(count => Residual(LinearSolver.ConjugateGradient(0, maxIterations: count)))];

        Assert.All(plain, residual => Assert.True(smoothed.Report.Residual < residual));

        // each update rounds, and the condition number multiplies it
        double rounding = updates * Condition * DType.Float64.Epsilon();
        Assert.True(smoothed.Report.Residual >= (1 - rounding) * Residual(LinearSolver.Minres(0, maxIterations: updates)));
    }

    [Fact]
    public void ResidualsThatFallFast_EndAsWithoutAMean()
    {
        LinearOperator matrix = LinearOperator.From(v => (1 + s_curvatures) * v, new TensorType(DType.Float64, [Size]));
        LinearSolution smoothed = Smoothed(1e-8).Solve(matrix, s_rightHandSide);
        LinearSolution plain = LinearSolver.ConjugateGradient(1e-8).Solve(matrix, s_rightHandSide);

        Assert.Equal(plain.Value[0].ToArray<double>(), smoothed.Value[0].ToArray<double>());
        Assert.Equal(plain.Report.Products, smoothed.Report.Products);
    }

    [Fact]
    public void Auto_EndsWithTheMean()
    {
        const int Probes = 2;
        SolveReport plain = LinearSolver.ConjugateGradient(1e-2).Solve(s_matrix, s_rightHandSide).Report;
        SolveReport smoothed = Smoothed(1e-2).Solve(s_matrix, s_rightHandSide).Report, auto = LinearSolver.Auto(1e-2).Solve(s_matrix, s_rightHandSide).Report;
        Assert.Equal(smoothed.Products + Probes, auto.Products);
        Assert.True(smoothed.Products < plain.Products, $"{smoothed}; {plain}");
    }

    // 1.5 times the residual of the mean has to be within the tolerance: eight of ten products are left of the plain iteration's, with twice the residual nine
    [Fact]
    public void WhereResidualsSwing_TheMeanSavesAFifthOfTheProducts()
    {
        const double Tolerance = 0.1, Left = 0.83;
        Tensor curvatures = Tensor.From([.. Enumerable.Range(0, Size).Select(i => Math.Pow(1e4, -i / (Size - 1.0)))]);
        (long smoothed, long plain) = (0, 0);
        for (int seed = 0; seed < Seeds; seed++)
        {
            (LinearSolution mean, LinearSolution last) = Both(curvatures, seed, Tolerance);
            (smoothed, plain) = (smoothed + mean.Report.Products, plain + last.Report.Products);
        }

        Assert.InRange(smoothed, 1, Left * plain);
    }

    // with the residual of the mean itself errors are 1.5 and 1.8 times those of the last iterate, in the mean; with 1.5 times that 1.1 and 1.0
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-4)]
    public void WhereResidualsHardlySwing_TheErrorIsThatOfTheLastIterate(double tolerance)
    {
        // a few large curvatures above a tail
        Tensor curvatures = Tensor.From([.. Enumerable.Range(0, Size).Select(i => i < 10 ? 100.0 * (i + 1) : 1 + (9.0 * i / Size))]);
        double worse = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            Tensor exact = RightHandSide(seed) / curvatures;
            (LinearSolution mean, LinearSolution last) = Both(curvatures, seed, tolerance);
            worse += (mean.Value[0] - exact).Norm().ToScalar() / (last.Value[0] - exact).Norm().ToScalar() / Seeds;
        }

        Assert.InRange(worse, 0, Worse);
    }

    private static Tensor RightHandSide(int seed) => RandomKey.FromSeed(seed).Normal([Size]);

    private static (LinearSolution Mean, LinearSolution Last) Both(Tensor curvatures, int seed, double tolerance)
    {
        LinearOperator matrix = LinearOperator.From(v => curvatures * v, curvatures.Type);
        Tensor[] b = [RightHandSide(seed)];
        return (Smoothed(tolerance).Solve(matrix, b), LinearSolver.ConjugateGradient(tolerance, maxIterations: Limit).Solve(matrix, b));
    }
}
