namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>Whoever calls a linear iteration <c>Diverged</c> on suspicion has a switch for it, and is wrong about the same matrix: a contraction that is far
/// from normal, whose powers grow before they fall.</summary>
public sealed class SuspicionTests
{
    private const int Size = 12;

    // I − J for J = 0.9 I + 0.5 N, with eigenvalues of 0.9 only
    private static readonly LinearOperator s_system = LinearOperator.From(
        x => (0.1 * x) - (0.5 * Tensor.Concat(0, x[1..], Tensor.Zeros([1]))), new TensorType(DType.Float64, [Size]));

    private static readonly Tensor s_ones = Tensor.Ones([Size]);

    private static readonly Dictionary<string, (LinearSolver Suspicious, LinearSolver Trusting)> s_solvers = new()
    {
        ["Neumann series"] = (new TruncatedSeriesSolver(30, 1), new TruncatedSeriesSolver(30, 1) { StopsOnSuspicion = false }),
        ["damped series"] = (new TruncatedSeriesSolver(30, 0.9), new TruncatedSeriesSolver(30, 0.9) { StopsOnSuspicion = false }),
        ["random term"] = (new RandomTruncationSolver(60, 1, Key), new RandomTruncationSolver(60, 1, Key) { StopsOnSuspicion = false }),
    };

    // draws a power at which the terms still grow
    private static RandomKey Key => Enumerable.Range(0, 100).Select(seed => RandomKey.FromSeed(seed)).First(
        key => (int)key.Integers([], 0, 60).ToScalar() is > 20 and < 30);

    public static TheoryData<string> Names => [.. s_solvers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void SeriesThatGrows_IsDiverged_UnlessItIsTrusted(string name)
    {
        (LinearSolver suspicious, LinearSolver trusting) = s_solvers[name];
        LinearSolution suspected = suspicious.Solve(s_system, [s_ones]), trusted = trusting.Solve(s_system, [s_ones]);

        Assert.Equal(SolveStatus.Diverged, suspected.Report.Status);
        Assert.Equal(SolveStatus.Converged, trusted.Report.Status);
        Assert.True(trusted.Report.Residual > s_ones.Norm().ToScalar());
        Assert.Equal(suspected.Value[0].ToArray<double>(), trusted.Value[0].ToArray<double>());
        Assert.Equal(suspected.Report with { Status = SolveStatus.Converged }, trusted.Report);
    }

    // ‖J³⁰⁰‖ is below rounding: so many terms are the solution
    [Fact]
    public void SeriesOfEnoughTerms_IsTheSolution()
    {
        LinearSolution exact = LinearSolver.DenseLu().Solve(s_system, [s_ones]);
        LinearSolution series = new TruncatedSeriesSolver(1200, 1) { StopsOnSuspicion = false }.Solve(s_system, [s_ones]);

        Assert.Equal(SolveStatus.Converged, series.Report.Status);
        Assert.Equal(0, (series.Value[0] - exact.Value[0]).Norm().ToScalar() / exact.Value[0].Norm().ToScalar(), 1e-10);
    }

    /// <summary>Every solver whose advice for <c>Diverged</c> rests on a suspicion has the switch.</summary>
    [Fact]
    public void SwitchesExist_WhereASuspicionIsSaid()
    {
        Type[] suspicious = [typeof(FixedPointLinearSolver), typeof(TruncatedSeriesSolver), typeof(RandomTruncationSolver), typeof(InnerSolver)];
        Assert.All(suspicious, type => Assert.Equal(typeof(bool), type.GetProperty(nameof(InnerSolver.StopsOnSuspicion))?.PropertyType));
    }
}
