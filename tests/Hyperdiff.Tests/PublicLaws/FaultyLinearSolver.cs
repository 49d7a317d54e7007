namespace Hyperdiff.Tests.PublicLaws;

/// <summary>Dense LU with a fault, which nobody measures: a solver of the library's own, as far as it is asked.</summary>
/// <param name="Fault">From the system and the right solution to what is returned.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
internal sealed record FaultyLinearSolver(Func<LinearSystem, LinearSolution, LinearSolution> Fault, Tolerance Tolerance) : LinearSolver
{
    /// <summary>The faults, by the law that each breaks; the others, too, that it cannot but break.</summary>
    public static IReadOnlyDictionary<string, (Func<LinearSystem, LinearSolution, LinearSolution> Fault, string[] Too)> All { get; } =
        new Dictionary<string, (Func<LinearSystem, LinearSolution, LinearSolution> Fault, string[] Too)>
        {
            ["solves the systems that it is made for"] = ((system, found) => Size(found) == 4 && found.Value.Length == 1 ? GivenUp(system, found) : found,
            [
                "solves their transposes", "solves the items of a batch as if each were alone", "goes on from where it is told to start",
                "keeps to its tolerance", "solves in float32",
            ]),
            ["solves their transposes"] = ((system, found) => IsLower(system) ? GivenUp(system, found) : found,
            [
                "solves the systems that it is made for", "solves the items of a batch as if each were alone", "goes on from where it is told to start",
                "keeps to its tolerance", "solves in float32", "solves for several leaves",
            ]),
            ["claims nothing that its residual does not show, on any matrix"] = ((system, found) =>
                IsSymmetric(system) && found.Report.Iterations > 0 ? Times(found, 1 + 1e-5) : found, []),
            ["does not call an impossible system solved"] = ((_, found) =>
                found.Report.Status == SolveStatus.Singular ? Called(found, SolveStatus.Converged) : found,
                []),
            ["gives zero for zero"] = ((system, found) => system.Scale == 0 ? found with { Value = [Tensor.Ones([Size(found)])] } : found, []),
            ["scales with the right-hand side, to the last bit"] = ((_, found) => found with
            {
                Value = Array.ConvertAll(found.Value, leaf => leaf.DType == DType.Float32 ? leaf : (leaf * Math.ScaleB(1, 50)).Round() * Math.ScaleB(1, -50)),
            }, []),
            ["repeats its bits"] = (OtherBitsAgain, ["gives with a prepared matrix what it gives without"]),
            ["gives with a prepared matrix what it gives without"] = ((system, found) => Uses(system) == 2 ? Times(found, 1 + 1e-15) : found, []),
            ["solves the items of a batch as if each were alone"] = ((system, found) => Uses(system) == 3 ? Times(found, 1 + 1e-6) : found, []),
            ["goes on from where it is told to start"] = ((system, found) => system.GivenStart is { } start
                ? found with { Value = (new LeafVector(found.Value) + (1e-5 * new LeafVector(start))).Leaves } : found, []),
            ["needs no update at a solution"] = ((system, found) =>
                system.GivenStart is null ? found : found with { Report = found.Report with { Iterations = 1 } }, []),
            ["keeps to its tolerance"] = ((system, found) => Measured(system, Times(found, 1 + 1e-10)), []),
            ["leaves what it is given as it is"] = ((system, found) =>
            {
                system.RightHandSide.Leaves[0] = Tensor.ZerosLike(system.RightHandSide.Leaves[0]);
                return found;
            }, []),
            ["ends where it is cancelled"] = ((_, found) => found.Report.Status == SolveStatus.Cancelled ? Called(found, SolveStatus.Converged) : found, []),
            ["reports numbers that are not finite"] = ((_, found) =>
                found.Report.Status == SolveStatus.NonFiniteInput ? Called(found, SolveStatus.MaxIterations) : found, []),
            ["solves in float32"] = ((_, found) => found.Value[0].DType == DType.Float32 ? Times(found, 1.01) : found, []),
            ["solves for several leaves"] = ((_, found) => found.Value.Length > 1 ? Times(found, 1.01) : found, []),
        };

    /// <inheritdoc/>
    public override string Name => "dense LU with a fault";

    internal override SolverKind Kind => SolverKind.Other;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        LinearSolution found = new DenseLuSolver(Tolerance).Iterate(system);
        return Fault(system, found with { Report = found.Report with { Solver = Name } });
    }

    private static int Size(LinearSolution found) => found.Value.Sum(leaf => leaf.Shape.ElementCount);

    private static LinearSolution GivenUp(LinearSystem system, LinearSolution found) => found.Report.Iterations == 0 ? found : found with
    {
        Value = LeafVector.Zeros(system.Matrix.InputTypes),
        Report = found.Report with { Status = SolveStatus.MaxIterations, Residual = system.Scale },
    };

    private static LinearSolution Times(LinearSolution found, double factor) => found with { Value = (factor * new LeafVector(found.Value)).Leaves };

    private static LinearSolution Called(LinearSolution found, SolveStatus status) => found with { Report = found.Report with { Status = status } };

    private static LinearSolution Measured(LinearSystem system, LinearSolution found) =>
        found with { Report = found.Report with { Residual = new LeafVector(system.Residual(found.Value)).Norm().ToScalar() } };

    private static bool IsLower(LinearSystem system)
    {
        double[] matrix = system.Matrix.ToMatrix().ToArray<double>();
        int size = (int)Math.Sqrt(matrix.Length);
        return size > 1 && matrix[size] < matrix[1];
    }

    private static bool IsSymmetric(LinearSystem system)
    {
        Tensor matrix = system.Matrix.ToMatrix();
        return matrix.Shape[0] > 1 && (matrix - matrix.Transpose()).Norm().ToScalar() < 1e-12;
    }

    // which solve with its preparation this is
    private static int Uses(LinearSystem system)
    {
        var uses = (int[])system.Preparation.Once(nameof(Uses), () => new int[1]).Value!;
        return ++uses[0];
    }

    private static readonly List<double> s_seen = [];

    private static LinearSolution OtherBitsAgain(LinearSystem system, LinearSolution found)
    {
        if (!s_seen.Contains(system.Scale) || system.Scale == 0)
        {
            s_seen.Add(system.Scale);
            return found;
        }

        return Times(found, 1 + 1e-15);
    }
}
