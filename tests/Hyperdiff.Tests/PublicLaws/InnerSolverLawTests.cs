using Hyperdiff.Fixtures.Solvers;
using Hyperdiff.Testing;

namespace Hyperdiff.Tests.PublicLaws;

/// <summary>Our own fixed-point solvers, minimizers and root finders pass the public laws; and each law is broken by a solver with a fault.</summary>
public sealed class InnerSolverLawTests
{
    private const double Tolerance = 1e-9;

    // backtracking sees f, which resolves w to half of its digits
    private const double HalfOfTheDigits = 1e-6;

    private static readonly Dictionary<string, InnerSolver> s_solvers = new()
    {
        ["fixed point"] = FixedPoint.Iteration(Tolerance, maxIterations: 300),
        ["damped"] = FixedPoint.Damped(0.6, Tolerance, maxIterations: 300),
        ["Anderson"] = FixedPoint.Anderson(tolerance: Tolerance, maxIterations: 300),
        ["Broyden"] = FixedPoint.Broyden(tolerance: Tolerance, maxIterations: 300),
        ["fixed point in float32"] = FixedPoint.InFloat32(FixedPoint.Iteration(Tolerance, maxIterations: 300)),
        ["Newton-CG"] = Minimizer.NewtonCg(Tolerance),
        ["Newton-CG in float32"] = Minimizer.InFloat32(Minimizer.NewtonCg(Tolerance)),
        ["L-BFGS"] = Minimizer.Lbfgs(tolerance: Tolerance, maxIterations: 300),
        ["gradient descent"] = Minimizer.GradientDescent(StepSize.Fixed(0.6), Tolerance, maxIterations: 300),
        ["backtracking"] = Minimizer.GradientDescent(StepSize.Backtracking(), HalfOfTheDigits, maxIterations: 300),
        ["Newton"] = Root.Newton(tolerance: Tolerance),
        ["map of one's own"] = OwnSolvers.Map(Tolerance) with { MaxIterations = 300 },
        ["minimizer of one's own"] = OwnSolvers.Minimum(Tolerance),
        ["root finder of one's own"] = OwnSolvers.Zero(Tolerance),
    };

    public static TheoryData<string> Solvers => new(s_solvers.Keys);

    public static TheoryData<string> Faults => new(FaultyRootSolver.All.Keys);

    // a function that is given with its problem solves that problem only
    [Fact]
    public void EverySolver_IsInTheTable() => Assert.Equal(
        [nameof(BlackBoxSolver)],
        typeof(InnerSolver).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(InnerSolver)) && !type.IsAbstract)
            .Except(s_solvers.Values.Select(solver => solver.GetType())).Select(type => type.Name));

    [Theory]
    [MemberData(nameof(Solvers))]
    public void OurOwn_ObeyTheLaws(string name)
    {
        InnerSolver solver = s_solvers[name];

        // what backtracks cannot be asked for more than half of the digits
        LawReport report = Laws.Of(solver);
        Assert.True(
            report.Holds || (name == "backtracking" && report.Broken.All(broken => broken.Law == "keeps to its tolerance")), report.ToString());
    }

    [Fact]
    public void EveryLaw_HasAFault() => Assert.Equal(Laws.Of(Root.Newton()).Held.Order(), FaultyRootSolver.All.Keys.Order());

    [Theory]
    [MemberData(nameof(Faults))]
    public void AFault_BreaksItsLaw(string law)
    {
        LawReport report = Laws.Of(new FaultyRootSolver(FaultyRootSolver.All[law].Fault, new Tolerance(Tolerance, 0)));

        Assert.Contains(law, report.Broken.Select(broken => broken.Law));
        Assert.DoesNotContain(report.Broken.Select(broken => $"{broken.Law}: {broken.Counterexample}"),
            broken => !FaultyRootSolver.All[law].Too.Append(law).Any(broken.StartsWith));
    }

    [Fact]
    public void AMinimizerThatDoesNotLook_CallsSaddlesAndMaximaMinima() => Assert.Equal(
        ["does not call a maximum a minimum", "does not call a saddle a minimum"],
        Laws.Of(Minimizer.NewtonCg(Tolerance) with { ChecksCurvature = false }).Broken.Select(broken => broken.Law).Order());
}
