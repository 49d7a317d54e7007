using Hyperdiff.Fixtures.Solvers;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>A solver with what it accepts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Accepts">The systems that it solves.</param>
/// <param name="Make">The solver with a relative tolerance and a limit of updates.</param>
/// <param name="Direct">Whether it knows no limit of updates.</param>
/// <param name="TellsSingular">Whether an impossible system ends as singular, and as nothing else.</param>
public sealed record SolverCase(
    string Name, SystemKinds Accepts, Func<double, int, LinearSolver> Make, bool Direct = false, bool TellsSingular = false);

/// <summary>Every solver, for the laws.</summary>
public static class SolverCases
{
    private const SystemKinds Definite = SystemKinds.PositiveDefinite;
    private const SystemKinds Contracting = SystemKinds.Contracting | SystemKinds.PositiveDefinite;
    private const SystemKinds Any = SystemKinds.All & ~SystemKinds.BadlyScaled;

    /// <summary>All of them; a new solver is a line here.</summary>
    public static IReadOnlyList<SolverCase> All { get; } =
    [
        new("conjugate gradients", Definite, (tolerance, limit) => LinearSolver.ConjugateGradient(tolerance, maxIterations: limit)),
        new("fixed point", Contracting, (tolerance, limit) => LinearSolver.FixedPoint(tolerance, maxIterations: limit)),
        new("GMRES", Any, (tolerance, limit) => LinearSolver.Gmres(20, tolerance, maxIterations: limit), TellsSingular: true),
        new("GMRES, short cycles", Contracting, (tolerance, limit) => LinearSolver.Gmres(3, tolerance, maxIterations: limit)),
        new("BiCGStab", Contracting, (tolerance, limit) => LinearSolver.BiCgStab(tolerance, maxIterations: limit)),
        new("MINRES", Definite | SystemKinds.Indefinite, (tolerance, limit) => LinearSolver.Minres(tolerance, maxIterations: limit), TellsSingular: true),
        new("LSMR", Any, (tolerance, limit) => LinearSolver.Lsmr(tolerance, maxIterations: limit), TellsSingular: true),
        new("dense LU", SystemKinds.All, (tolerance, _) => LinearSolver.DenseLu(tolerance), Direct: true, TellsSingular: true),
        new("dense Cholesky", Definite | SystemKinds.BadlyScaled, (tolerance, _) => LinearSolver.DenseCholesky(tolerance), Direct: true),
        new("Anderson", Contracting, (tolerance, limit) => LinearSolver.Anderson(5, tolerance, maxIterations: limit)),
        new("Broyden", Any, (tolerance, limit) => LinearSolver.Broyden(30, tolerance, maxIterations: limit)),
        new("Broyden, short memory", Contracting, (tolerance, limit) => LinearSolver.Broyden(3, tolerance, maxIterations: limit)),
        new("descent", Contracting, (tolerance, limit) => LinearSolver.Descent(0.7, 0.3, tolerance, maxIterations: limit)),
        new("normal equations", Any, (tolerance, limit) => LinearSolver.Normal(LinearSolver.ConjugateGradient(tolerance, maxIterations: limit))),
        new("best iterate", Definite, (tolerance, limit) => LinearSolver.BestIterate(LinearSolver.ConjugateGradient(tolerance, maxIterations: limit))),
        new("preconditioned", Definite | SystemKinds.BadlyScaled,
            (tolerance, limit) => LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(tolerance, maxIterations: limit))),
        new("Nyström", Definite, (tolerance, limit) =>
            LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(tolerance, maxIterations: limit), Preconditioner.Nystrom(3))),
        new("refined", Any, (tolerance, limit) => LinearSolver.Refined(LinearSolver.Gmres(20, 1e-3, maxIterations: limit), tolerance)),
        new("in float32", Any, (tolerance, limit) => LinearSolver.InFloat32(LinearSolver.Gmres(20, tolerance, maxIterations: limit))),
        new("recycled", Any, (tolerance, limit) => LinearSolver.Recycled(LinearSolver.Gmres(20, tolerance, maxIterations: limit)), TellsSingular: true),
        new("of one's own", Definite, (tolerance, limit) => OwnSolvers.Linear(tolerance, limit)),
        new("auto", SystemKinds.All, (tolerance, limit) => LinearSolver.Auto(tolerance, maxIterations: limit), Direct: true,
            TellsSingular: true),
    ];

    /// <summary>Solvers that do not solve the system they are given, but another or none, and have tests of their own.</summary>
    public static IReadOnlyList<Type> Others { get; } = [typeof(RidgeSolver), typeof(TruncatedSeriesSolver), typeof(RandomTruncationSolver)];

    /// <summary>One of them.</summary>
    public static SolverCase Named(string name) => All.Single(item => item.Name == name);
}
