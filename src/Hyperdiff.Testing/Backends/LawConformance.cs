namespace Hyperdiff.Testing;

/// <summary>The laws of solvers and preconditioners, on matrices and from starts that lie on the backend.</summary>
internal static class LawConformance
{
    private const double Tolerance = 1e-9;

    // of a problem without a solution all updates are made
    private const int Updates = 300;

    private static readonly LinearSolver[] s_linear =
    [
        LinearSolver.ConjugateGradient(Tolerance), LinearSolver.Gmres(20, Tolerance), LinearSolver.Lsmr(Tolerance), LinearSolver.Anderson(5, Tolerance),
        LinearSolver.DenseLu(Tolerance), LinearSolver.Preconditioned(LinearSolver.Minres(Tolerance), Preconditioner.Nystrom(3)),
        LinearSolver.Neumann(4),
    ];

    private static readonly InnerSolver[] s_inner =
    [
        FixedPoint.Iteration(Tolerance, maxIterations: Updates), FixedPoint.Anderson(tolerance: Tolerance, maxIterations: Updates),
        Minimizer.NewtonCg(Tolerance), Minimizer.Lbfgs(tolerance: Tolerance, maxIterations: Updates), Root.Newton(tolerance: Tolerance),
    ];

    private static readonly Preconditioner[] s_preconditioners = [Preconditioner.Diagonal(), Preconditioner.Nystrom(3)];

    /// <summary>One case per solver of each family, and per preconditioner.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        .. s_linear.Select(solver => Of(solver.Name, subject => Laws.Of(solver, backend: subject.Backend))),
        .. s_inner.Select(solver => Of($"{solver.GetType().Name} ({solver.Name})", subject => Laws.Of(solver, backend: subject.Backend))),
        .. s_preconditioners.Select(item => Of(item.Name, subject => Laws.Of(item, backend: subject.Backend))),
    ];

    private static ConformanceCase Of(string name, Func<BackendSubject, LawReport> laws) => new("laws", name, subject =>
    {
        subject.RequireOwnMemory();
        subject.Require(DType.Float64);
        subject.Require(DType.Float32);
        LawReport report = laws(subject);
        return report.Holds ? null : report.ToString();
    });
}
