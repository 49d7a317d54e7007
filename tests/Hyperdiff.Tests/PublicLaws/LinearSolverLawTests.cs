using Hyperdiff.Fixtures.Solvers;
using Hyperdiff.Testing;

namespace Hyperdiff.Tests.PublicLaws;

/// <summary>Our own linear solvers pass the public laws; and each law is broken by a solver that breaks it alone.</summary>
public sealed class LinearSolverLawTests
{
    private const double Tolerance = 1e-9;

    private static readonly Dictionary<string, LinearSolver> s_solvers = new LinearSolver[]
    {
        LinearSolver.ConjugateGradient(Tolerance), LinearSolver.FixedPoint(Tolerance), LinearSolver.Gmres(20, Tolerance), LinearSolver.BiCgStab(Tolerance),
        LinearSolver.Minres(Tolerance), LinearSolver.Lsmr(Tolerance), LinearSolver.DenseLu(Tolerance), LinearSolver.DenseCholesky(Tolerance),
        LinearSolver.Anderson(5, Tolerance), LinearSolver.Broyden(30, Tolerance), LinearSolver.Descent(0.7, 0.1, Tolerance),
        LinearSolver.Normal(LinearSolver.ConjugateGradient(Tolerance)), LinearSolver.BestIterate(LinearSolver.Minres(Tolerance)),
        LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(Tolerance)), LinearSolver.Preconditioned(LinearSolver.Gmres(20, Tolerance)),
        LinearSolver.Preconditioned(LinearSolver.Minres(Tolerance), Preconditioner.Nystrom(3)),
        LinearSolver.Refined(LinearSolver.Gmres(20, 1e-3), Tolerance), LinearSolver.Auto(Tolerance), LinearSolver.Neumann(4),
        LinearSolver.RandomTruncation(4, 0.5, RandomKey.FromSeed(1)), OwnSolvers.Linear(Tolerance), LinearSolver.InFloat32(LinearSolver.Gmres(20, Tolerance)),
        LinearSolver.Recycled(LinearSolver.DenseLu(Tolerance)),
    }.ToDictionary(solver => solver.Name);

    public static TheoryData<string> Solvers => new(s_solvers.Keys);

    [Fact]
    public void EverySolver_IsInTheTable() => Assert.Equal(
        [nameof(RidgeSolver)],
        typeof(LinearSolver).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(LinearSolver)) && !type.IsAbstract)
            .Except(s_solvers.Values.Select(solver => solver.GetType())).Select(type => type.Name));

    [Theory]
    [MemberData(nameof(Solvers))]
    public void OurOwn_ObeyTheLaws(string name) => Laws.Of(s_solvers[name]).EnsureHolds();

    [Fact]
    public void EveryLaw_HasAFault() =>
        Assert.Equal(Laws.Of(LinearSolver.DenseLu(Tolerance)).Held.Order(), FaultyLinearSolver.All.Keys.Order());

    [Theory]
    [MemberData(nameof(Faults))]
    public void AFault_BreaksItsLaw(string law)
    {
        (Func<LinearSystem, LinearSolution, LinearSolution> fault, string[] too) = FaultyLinearSolver.All[law];
        LawReport report = Laws.Of(new FaultyLinearSolver(fault, new Tolerance(Tolerance, 0)));

        Assert.Contains(law, report.Broken.Select(broken => broken.Law));
        Assert.DoesNotContain(report.Broken.Select(broken => $"{broken.Law}: {broken.Counterexample}"), broken => !too.Append(law).Any(broken.StartsWith));
        Assert.Contains("seed 1", Assert.Throws<LawException>(report.EnsureHolds).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Faults => new(FaultyLinearSolver.All.Keys);
}
