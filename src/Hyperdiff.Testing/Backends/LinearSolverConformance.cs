using System.Collections.Concurrent;

namespace Hyperdiff.Testing;

/// <summary>Every linear solver, on a matrix that it is made for, all of whose vectors lie on the backend.</summary>
internal static class LinearSolverConformance
{
    private const int Seed = 1;

    // what a solve may be off by, of what it was asked for: the residual that it sees is that of a recurrence
    private const double Share = 10;

    private static readonly ConcurrentDictionary<(string, DType), LinearSolution> s_expected = new();

    /// <summary>The solvers; a test of the library fails for one that is not among them.</summary>
    /// <param name="tolerance">What they are asked for.</param>
    public static IReadOnlyList<LinearSolver> Solvers(double? tolerance) =>
    [
        LinearSolver.ConjugateGradient(tolerance), LinearSolver.FixedPoint(tolerance), LinearSolver.Gmres(20, tolerance), LinearSolver.BiCgStab(tolerance),
        LinearSolver.Minres(tolerance), LinearSolver.Lsmr(tolerance), LinearSolver.DenseLu(tolerance), LinearSolver.DenseCholesky(tolerance),
        LinearSolver.Anderson(5, tolerance), LinearSolver.Broyden(30, tolerance), LinearSolver.Descent(0.7, 0.1, tolerance),
        LinearSolver.Normal(LinearSolver.ConjugateGradient(tolerance)), LinearSolver.BestIterate(LinearSolver.Minres(tolerance)),
        LinearSolver.Preconditioned(LinearSolver.ConjugateGradient(tolerance)), LinearSolver.Preconditioned(LinearSolver.Gmres(20, tolerance)),
        LinearSolver.Preconditioned(LinearSolver.Minres(tolerance), Preconditioner.Nystrom(3)), LinearSolver.Refined(LinearSolver.Gmres(20, 1e-3), tolerance),
        LinearSolver.InFloat32(LinearSolver.Gmres(20, tolerance)), LinearSolver.Recycled(LinearSolver.Gmres(20, tolerance)),
        LinearSolver.Auto(tolerance), LinearSolver.Neumann(4), LinearSolver.RandomTruncation(4, 0.5, RandomKey.FromSeed(1)),
        LinearSolver.Ridge(LinearSolver.ConjugateGradient(tolerance), 0.1),
    ];

    /// <summary>One case per solver, and some for what they have in common.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        .. Solvers(null).Select((solver, i) => new ConformanceCase("linear solvers", solver.Name, subject => Check(subject, i))),
        new("linear solvers", "several leaves", Leaves),
        new("linear solvers", "from a start", Started),
    ];

    /// <summary>Solves a system of its kind.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="place">Brings tensors to where they are to lie.</param>
    public static LinearSolution Solve(LinearSolver solver, DType dtype, Func<Tensor, Tensor> place)
    {
        (LinearOperator matrix, Tensor b) = System(solver, dtype, place);
        return solver.Solve(matrix, [b]);
    }

    /// <summary>The matrix and the right-hand side of <see cref="Solve"/>.</summary>
    public static (LinearOperator Matrix, Tensor RightHandSide) System(LinearSolver solver, DType dtype, Func<Tensor, Tensor> place)
    {
        TestMatrix drawn = Drawn(solver);
        Tensor a = place(drawn.Dense.To(dtype));
        return (LinearOperator.From(v => a.MatMul(v), new TensorType(dtype, [SolveComparison.Unknowns])), place(drawn.Vector(0).To(dtype)));
    }

    private static string? Check(BackendSubject subject, int index)
    {
        subject.RequireOwnMemory();
        DType dtype = subject.Floating().First();
        LinearSolver solver = Solvers(SolveComparison.Tolerance(dtype))[index];
        LinearSolution expected = s_expected.GetOrAdd((solver.Name, dtype), _ => Solve(solver, dtype, tensor => tensor));
        LinearSolution found = Solve(solver, dtype, subject.Place);
        return found.Report.Status != expected.Report.Status ? $"{found.Report} instead of {expected.Report}"
            : SolveComparison.Difference(subject, expected.Value, found.Value, "x") ?? Residual(subject, solver, found, dtype);
    }

    // of those that say that they solved the system that they were given
    private static string? Residual(BackendSubject subject, LinearSolver solver, LinearSolution found, DType dtype)
    {
        if (!found.Report.Converged || solver is RidgeSolver or TruncatedSeriesSolver or RandomTruncationSolver)
        {
            return null;
        }

        TestMatrix drawn = Drawn(solver);
        Tensor x = subject.Read(found.Value[0]), b = drawn.Vector(0);
        double residual = drawn.Residual(x, b), asked = solver.Tolerance.At(b.Norm().ToScalar(), dtype.Epsilon());
        return residual <= (Share * asked) + drawn.Rounding(x, dtype) ? null
            : FormattableString.Invariant($"‖b − A x‖ is {residual:G3} where {asked:G3} was asked for: {found.Report}");
    }

    // near the identity for those that solve any system, since in a few vectors they solve no other of this size
    private static TestMatrix Drawn(LinearSolver solver) =>
        TestMatrix.Of(solver.Matrices == MatrixClass.Nonsingular ? MatrixClass.NearIdentity : solver.Matrices, SolveComparison.Unknowns, Seed);

    private static string? Leaves(BackendSubject subject)
    {
        subject.RequireOwnMemory();
        DType dtype = subject.Floating().First();
        TestMatrix drawn = TestMatrix.Of(MatrixClass.PositiveDefinite, SolveComparison.Unknowns, Seed);
        LinearSolution Solved(Func<Tensor, Tensor> place)
        {
            Tensor a = place(drawn.Dense.To(dtype));
            Tensor[] b = [.. drawn.Cut(drawn.Vector(1).To(dtype)).Select(place)];
            return LinearSolver.ConjugateGradient(SolveComparison.Tolerance(dtype)).Solve(
                LinearOperator.From(v => drawn.Cut(a.MatMul(TestMatrix.Joined(v))), [.. b.Select(leaf => leaf.Type)]), b);
        }

        return SolveComparison.Difference(subject, Solved(tensor => tensor).EnsureConverged(), Solved(subject.Place).EnsureConverged(), "x");
    }

    private static string? Started(BackendSubject subject)
    {
        subject.RequireOwnMemory();
        DType dtype = subject.Floating().First();
        LinearSolver solver = LinearSolver.ConjugateGradient(SolveComparison.Tolerance(dtype));
        (LinearOperator matrix, Tensor b) = System(solver, dtype, subject.Place);
        LinearSolution cold = solver.Solve(matrix, [b]), warm = solver.Solve(matrix, [b], cold.Value);
        return warm.Report.Iterations <= 1 && warm.Report.Converged ? SolveComparison.Difference(subject, subject.Read(cold.Value), warm.Value, "x")
            : $"from its own solution: {warm.Report}";
    }
}
