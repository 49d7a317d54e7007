namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>What holds of every linear solver, on every system.</summary>
public sealed class LinearSolverLaws
{
    private const double Tolerance = 1e-10;
    private const int Limit = 2000;

    // the solver's residual and the one by dense arithmetic differ by the rounding of a product, of the order of n ε ‖A‖ ‖x‖ ≤ n ε κ (‖b‖ + ‖r‖)
    private const double Rounding = 1e-15 * 100;

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (SolverCase solver in SolverCases.All)
            {
                foreach (SystemCase system in SystemCases.All)
                {
                    pairs.Add(solver.Name, system.Name);
                }
            }

            return pairs;
        }
    }

    public static TheoryData<string> Solvers => new(SolverCases.All.Select(item => item.Name));

    [Fact]
    public void EveryConcreteSolver_IsRegistered()
    {
        IEnumerable<Type> registered = SolverCases.All.Select(item => item.Make(Tolerance, Limit).GetType()).Concat(SolverCases.Others);
        IEnumerable<Type> concrete = typeof(LinearSolver).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LinearSolver)) && !type.IsAbstract);

        Assert.Equal([], concrete.Except(registered).Select(type => type.Name));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Solve_OfAnAcceptedSystem_Converges_AndNoSolverClaimsMoreThanItsResidual(string solver, string system) =>
        AssertLaw(solver, system, transposed: false);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Solve_OfTheTransposedSystem_DoesTheSame(string solver, string system) => AssertLaw(solver, system, transposed: true);

    [Theory]
    [MemberData(nameof(Solvers))]
    public void InconsistentSingularSystem_IsNeverConverged(string name)
    {
        // the third unknown appears in no equation, and the third equation asks for 1
        LinearOperator matrix = Diagonal(1, 0.5, 0);
        SolverCase item = SolverCases.Named(name);
        LinearSolver solver = item.Make(Tolerance, 300);
        SolveReport report = solver.Solve(matrix, [Tensor.From([1.0, 1, 1])]).Report;
        SolveStatus[] expected = (item.TellsSingular, solver.Matrices) switch
        {
            (true, _) => [SolveStatus.Singular],
            (_, MatrixClass.PositiveDefinite) => [SolveStatus.Breakdown, SolveStatus.NonFiniteIterate, SolveStatus.MaxIterations, SolveStatus.Stagnated],
            _ => [SolveStatus.Stagnated, SolveStatus.Breakdown, SolveStatus.Diverged, SolveStatus.Singular, SolveStatus.NonFiniteIterate,
                SolveStatus.MaxIterations],
        };

        Assert.Contains(report.Status, expected);
        Assert.True(!(report.Residual < 1 - 1e-9), report.ToString());
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void ZeroRightHandSide_GivesZeroAtOnce_NotNaN(string name)
    {
        LinearSolution solution = SolverCases.Named(name).Make(Tolerance, Limit).Solve(Diagonal(0.5, 0.5), [Tensor.Zeros([2])]);

        Assert.Equal((SolveStatus.Converged, 0, 0L), (solution.Report.Status, solution.Report.Iterations, solution.Report.Products));
        Assert.Equal([0.0, 0], solution.Value[0].ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void NaN_InTheRightHandSide_SaysNonFiniteInput(string name) => Assert.Equal(
        SolveStatus.NonFiniteInput, SolverCases.Named(name).Make(Tolerance, Limit).Solve(Diagonal(0.5, 0.5), [Tensor.From([1, double.NaN])]).Report.Status);

    [Theory]
    [MemberData(nameof(Solvers))]
    public void NaN_InTheMatrix_IsNeverConverged(string name)
    {
        SolveStatus status = SolverCases.Named(name).Make(Tolerance, Limit).Solve(Diagonal(0.5, double.NaN), [Tensor.From([1.0, 1])]).Report.Status;

        Assert.Contains(status, new[] { SolveStatus.NonFiniteInput, SolveStatus.NonFiniteIterate, SolveStatus.Singular, SolveStatus.Breakdown });
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void StartAtTheSolution_NeedsNoUpdate(string name)
    {
        LinearSolution solution = SolverCases.Named(name).Make(Tolerance, Limit).Solve(Diagonal(0.5, 0.5), [Tensor.From([1.0, 2])], [Tensor.From([2.0, 4])]);

        Assert.Equal((SolveStatus.Converged, 0, 1L), (solution.Report.Status, solution.Report.Iterations, solution.Report.Products));
        Assert.Equal([2.0, 4], solution.Value[0].ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Budget_IsKept(string name)
    {
        SolverCase item = SolverCases.Named(name);
        SystemCase system = SystemCases.Named("positive definite");
        foreach (int limit in item.Direct ? Array.Empty<int>() : [0, 1, 3])
        {
            SolveReport report = item.Make(1e-14, limit).Solve(system.Operator, system.RightHandSide()).Report;

            Assert.Equal((SolveStatus.MaxIterations, limit), (report.Status, report.Iterations));
        }
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Progress_HearsOfTheStart_AndOfEveryResidualUpToTheLast(string name)
    {
        SystemCase system = SystemCases.Named("positive definite");
        var history = new ResidualHistory();
        Tensor[] b = system.RightHandSide();
        LinearSolver solver = SolverCases.Named(name).Make(1e-6, Limit);
        SolveReport report = solver.Solve(system.Operator, b, null, history).Report;

        Assert.Equal([solver.Name], history.Solves);
        Assert.Equal(new LeafVector(b).Norm().ToScalar(), history.Residuals[0]);

        // the last one told may be that of a recurrence, which rounding moves from the true one
        Assert.Equal(report.Residual, history.Residuals[^1], Rounding * system.Condition * history.Residuals[0]);
        Assert.InRange(history.Residuals.Count, 2, report.Iterations + 1);
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Cancellation_IsAStatus(string name)
    {
        SystemCase system = SystemCases.Named("positive definite");
        SolveReport report = SolverCases.Named(name).Make(1e-14, Limit).Solve(system.Operator, system.RightHandSide(), null,
            new CancellationToken(canceled: true)).Report;

        Assert.Equal(SolveStatus.Cancelled, report.Status);
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void Float32Leaves_AreSolvedToTheirPrecision(string name)
    {
        Tensor diagonal = Tensor.From([0.5f, 1.25f]);
        var matrix = LinearOperator.From(v => diagonal * v, new TensorType(DType.Float32, [2]));
        LinearSolution solution = SolverCases.Named(name).Make(1e-5, Limit).Solve(matrix, [Tensor.From([1f, 2.5f])]);

        Assert.True(solution.Report.Converged, solution.Report.ToString());
        Assert.Equal(DType.Float32, solution.Value[0].DType);

        // κ · tolerance
        Assert.All(solution.Value[0].ToArray<float>(), element => Assert.Equal(2, element, 1e-4));
    }

    private static void AssertLaw(string solver, string name, bool transposed)
    {
        SystemCase system = SystemCases.Named(name);
        SolverCase item = SolverCases.Named(solver);
        LinearOperator matrix = transposed ? system.Operator.Transpose() : system.Operator;
        Tensor[] b = system.RightHandSide(transposed);
        LinearSolution solution = item.Make(Tolerance, Limit).Solve(matrix, b);
        double scale = b.Length == 0 ? 0 : Math.Sqrt(b.Sum(leaf => leaf.Square().Sum().ToScalar()));
        double residual = system.Residual(b, solution.Value, transposed);
        double rounding = Rounding * system.Condition * Math.Max(scale, residual);

        // an iterate that overflows has no residual
        Assert.True(!double.IsFinite(residual) || solution.Report.Status == SolveStatus.NonFiniteIterate
            || Math.Abs(residual - solution.Report.Residual) <= rounding, $"{solution.Report} against {residual:G3}, {system}");
        if (solution.Report.Converged)
        {
            Assert.InRange(solution.Report.Residual, 0, Tolerance * scale);
            Assert.InRange(system.Error(solution.Value), 0, 2 * Tolerance * system.Condition);
        }

        Assert.True(solution.Report.Converged || !item.Accepts.HasFlag(system.Kind), $"{solution.Report}, {system}");
    }

    private static LinearOperator Diagonal(params double[] entries)
    {
        Tensor diagonal = Tensor.From(entries);
        return LinearOperator.From(v => diagonal * v, new TensorType(DType.Float64, [entries.Length]));
    }
}
