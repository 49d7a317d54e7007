using Hyperdiff.Testing;

namespace Hyperdiff.Tests.Backends.Conformance;

/// <summary>Iterations on a device read at most one small tensor per update, of a window's length at most.</summary>
public sealed class TransferTests
{
    // with a tolerance of 0 as many updates are made as are allowed; so few that none comes to a rounding level
    private const int Few = 2;
    private const int More = 7;
    private const int MostUploads = 2;

    /// <summary>Linear solvers by their limit of updates.</summary>
    private static readonly Dictionary<string, Func<int, LinearSolver>> s_linear = new()
    {
        ["conjugate gradients"] = limit => LinearSolver.ConjugateGradient(0, maxIterations: limit),
        ["fixed point"] = limit => LinearSolver.FixedPoint(0, maxIterations: limit),
        ["GMRES"] = limit => LinearSolver.Gmres(20, 0, maxIterations: limit),
        ["BiCGStab"] = limit => LinearSolver.BiCgStab(0, maxIterations: limit),
        ["MINRES"] = limit => LinearSolver.Minres(0, maxIterations: limit),
        ["LSMR"] = limit => LinearSolver.Lsmr(0, maxIterations: limit),
        ["Anderson"] = limit => LinearSolver.Anderson(5, 0, maxIterations: limit),
        ["Broyden"] = limit => LinearSolver.Broyden(30, 0, maxIterations: limit),
        ["descent"] = limit => LinearSolver.Descent(0.7, 0.1, 0, maxIterations: limit),
        ["normal equations"] = limit => LinearSolver.Normal(LinearSolver.ConjugateGradient(0, maxIterations: limit)),
        ["best iterate"] = limit => LinearSolver.BestIterate(LinearSolver.ConjugateGradient(0, maxIterations: limit)),
        ["preconditioned"] = limit => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(0, maxIterations: limit)),
        ["ridge"] = limit => LinearSolver.Ridge(LinearSolver.ConjugateGradient(0, maxIterations: limit), 0.1),
    };

    /// <summary>Inner solvers by their limit of updates.</summary>
    private static readonly Dictionary<string, Func<int, InnerSolver>> s_inner = new()
    {
        ["fixed point"] = limit => FixedPoint.Iteration(0, maxIterations: limit),
        ["damped"] = limit => FixedPoint.Damped(0.6, 0, maxIterations: limit),
        ["Anderson"] = limit => FixedPoint.Anderson(tolerance: 0, maxIterations: limit),
        ["Broyden"] = limit => FixedPoint.Broyden(tolerance: 0, maxIterations: limit),
        ["L-BFGS"] = limit => Minimizer.Lbfgs(tolerance: 0, maxIterations: limit),
        ["gradient descent"] = limit => Minimizer.GradientDescent(StepSize.Fixed(0.6), 0, limit),
        ["backtracking"] = limit => Minimizer.GradientDescent(StepSize.Backtracking(), 0, limit),
    };

    /// <summary>Those that read more, with how often per update: the inner products that weights and directions are made of come before the next residual, a
    /// line search reads once a trial, and the slope along a direction comes before its first.</summary>
    private static readonly Dictionary<string, double> s_more = new()
    {
        ["inner: Anderson"] = 2, ["inner: Broyden"] = 2, ["inner: backtracking"] = 1.4, ["inner: L-BFGS"] = 3,
    };

    public static TheoryData<string> Linear => new(s_linear.Keys);

    public static TheoryData<string> Inner => new(s_inner.Keys);

    [Theory]
    [MemberData(nameof(Linear))]
    public void ALinearSolver_ReadsOnceAnUpdate(string name) => Counted($"linear: {name}", (limit, guarded) =>
    {
        LinearSolver solver = s_linear[name](limit);
        (LinearOperator matrix, Tensor b) = LinearSolverConformance.System(solver, DType.Float64, tensor => tensor.To(guarded));
        guarded.ResetCounts();
        return solver.Solve(matrix, [b]).Report;
    });

    [Theory]
    [MemberData(nameof(Inner))]
    public void AnInnerSolver_ReadsOnceAnUpdate(string name) => Counted($"inner: {name}", (limit, guarded) =>
    {
        (TestProblem<Tensor> problem, Tensor start, Tensor hyper) = InnerSolverConformance.Placed(DType.Float64, tensor => tensor.To(guarded));
        guarded.ResetCounts();
        return new InnerSubject(s_inner[name](limit)).Solve(problem, start, hyper).Report;
    });

    /// <summary>Methods that make a fixed number of steps read some numbers each, however many unknowns and hyperparameters there are.</summary>
    [Fact]
    public void AMethodOfFixedSteps_ReadsNoNumberPerHyperparameter() => Assert.All(
        BackendConformance.Cases.Where(item => item.Area == "hypergradients" && item.Name.Contains("over steps", StringComparison.Ordinal)), item =>
    {
        var guarded = new GuardedBackend();
        item.Run(guarded).EnsureNotFailed();

        Assert.InRange(guarded.Counts.Downloads, 1, SolveComparison.Unknowns / 2);
    });

    private static void Counted(string name, Func<int, GuardedBackend, SolveReport> solve)
    {
        var guarded = new GuardedBackend();
        SolveReport few = solve(Few, guarded);
        GuardedCounts first = guarded.Counts;
        SolveReport more = solve(More, guarded);
        GuardedCounts last = guarded.Counts;
        long updates = more.Iterations - few.Iterations, reads = last.Downloads - first.Downloads;
        double each = (double)reads / updates;

        Assert.True(updates == More - Few, $"{name}: {few} and then {more}");
        Assert.True(each <= s_more.GetValueOrDefault(name, 1), $"{name}: {reads} reads for {updates} updates; {guarded.Counts}");

        // weights of a window go back, and where it ends
        Assert.InRange(last.Uploads - first.Uploads, 0, MostUploads * updates);
        Assert.InRange(last.UploadedElements - first.UploadedElements, 0, updates * GuardedBackend.WindowLength);
        Assert.True(each > 1 || !s_more.ContainsKey(name), $"{name} reads {each} times an update: take it off the table");
    }
}
