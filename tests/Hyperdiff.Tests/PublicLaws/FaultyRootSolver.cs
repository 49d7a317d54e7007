namespace Hyperdiff.Tests.PublicLaws;

/// <summary>Newton's method with a fault, which nobody measures: a solver of the library's own, as far as it is asked.</summary>
/// <param name="Fault">From the problem and the right solution to what is returned.</param>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
internal sealed record FaultyRootSolver(Func<ConditionOracle, InnerSolution, InnerSolution> Fault, Tolerance Tolerance) : RootSolver(Tolerance)
{
    private static int s_calls;

    /// <summary>The faults, by the law that each breaks; the others, too, that it cannot but break.</summary>
    public static IReadOnlyDictionary<string, (Func<ConditionOracle, InnerSolution, InnerSolution> Fault, string[] Too)> All { get; } =
        new Dictionary<string, (Func<ConditionOracle, InnerSolution, InnerSolution> Fault, string[] Too)>
        {
            ["solves linear problems"] = ((c, found) => IsBent(c) || found.State[0].DType == DType.Float32 ? found : GivenUp(found),
                ["solves the items of a batch as if each were alone", "solves for several leaves"]),
            ["solves bent problems"] = ((c, found) => IsBent(c) ? GivenUp(found) : found,
                ["goes on from where it is told to start", "keeps to its tolerance"]),
            ["does not call a problem without a solution solved"] = ((_, found) =>
                found.Report.Status is SolveStatus.Cancelled or SolveStatus.NonFiniteInput ? found : Called(found, SolveStatus.Converged), []),
            ["claims the same in other units"] = ((c, found) => Size(found) < 0.05 ? Times(found, 1 + 1e-6) : found, []),
            ["repeats its bits"] = ((_, found) => Times(found, 1 + (1e-15 * s_calls++)), ["solves the items of a batch as if each were alone"]),
            ["solves the items of a batch as if each were alone"] = ((_, found) => Size(found) > 100 ? Times(found, 1 + (1e-15 * s_calls++)) : found, []),
            ["goes on from where it is told to start"] = ((c, found) => Moved(found, c.StartState), []),
            ["keeps to its tolerance"] = ((_, found) => Times(found, 1 + 1e-9), []),
            ["ends where it is cancelled"] = ((_, found) => found.Report.Status == SolveStatus.Cancelled ? Called(found, SolveStatus.Stagnated) : found, []),
            ["reports numbers that are not finite"] = ((_, found) =>
                found.Report.Status == SolveStatus.NonFiniteInput ? Called(found, SolveStatus.Stagnated) : found, []),
            ["solves in float32"] = ((_, found) => found.State[0].DType == DType.Float32 ? Times(found, 1.01) : found, []),
            ["solves for several leaves"] = ((_, found) => found.State.Length > 1 ? Times(found, 1.01) : found, []),
        };

    /// <inheritdoc/>
    public override string Name => "Newton's method with a fault";

    internal override SolverKind Kind => SolverKind.Other;

    /// <inheritdoc/>
    protected internal override InnerSolution Solve(ConditionOracle c)
    {
        InnerSolution found = new NewtonKrylovSolver(LinearSolver.Auto(), Tolerance, 100).Solve(c);
        return Fault(c, found);
    }

    private static bool IsBent(ConditionOracle c) => c.Problem.Graph.Equations.Any(equation => equation.Primitive.Name == "Tanh");

    private static double Size(InnerSolution found) => new LeafVector(found.State).Norm().ToScalar();

    private static InnerSolution Times(InnerSolution found, double factor) => found with { State = (factor * new LeafVector(found.State)).Leaves };

    private static InnerSolution Moved(InnerSolution found, Tensor[] start) =>
        found with { State = (new LeafVector(found.State) + (1e-5 * new LeafVector(start))).Leaves };

    private static InnerSolution GivenUp(InnerSolution found) => found.Report.Converged ? Called(found, SolveStatus.MaxIterations) : found;

    private static InnerSolution Called(InnerSolution found, SolveStatus status) => found with { Report = found.Report with { Status = status } };
}
