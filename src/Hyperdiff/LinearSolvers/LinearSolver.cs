namespace Hyperdiff;

/// <summary>A method for <c>A x = b</c>, as an immutable value. It knows nothing of differentiation.</summary>
/// <remarks>
/// Law: a solve that reports <see cref="SolveStatus.Converged"/> has ‖b − A x‖ ≤ max(relative tolerance · ‖b‖, absolute tolerance), as recomputed at its end.
/// <para>‖b − A x‖ is of all leaves together: of leaves of different scales the small ones are solved less accurately, unless they are brought to one scale
/// (<see cref="Preconditioned"/>, or unknowns in other units). On a singular A an iteration may converge without a sign of it where b lies in the range: it
/// sees of A what its products make of b, and never a null space that these do not visit.</para>
/// A solver of one's own derives from this, with its settings as a record's, and is used wherever ours are: docs/own-solvers.md. Its status is the library's,
/// from the residual of what it returns, and <c>Hyperdiff.Testing</c> holds the laws that ours pass.
/// </remarks>
public abstract partial record LinearSolver
{
    /// <summary>A solver.</summary>
    protected LinearSolver()
    {
    }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>What its reports are of; those of the user's are measured by the library.</summary>
    internal virtual SolverKind Kind => SolverKind.GivenSolver;

    /// <summary>Whether it is its settings and nothing else, so that an equal one does the same; one that holds a function or an object of the user's is
    /// not.</summary>
    internal virtual bool IsValue => Kind != SolverKind.GivenSolver;

    /// <summary>For ‖b − A x‖, relative to ‖b‖.</summary>
    public abstract Tolerance Tolerance { get; init; }

    /// <summary>The matrices that it is made for.</summary>
    public virtual MatrixClass Matrices => MatrixClass.Nonsingular;

    /// <summary>Whether it solves (s A) x = b as it solves A x = b, for any s &gt; 0: an iteration that starts from A ≈ I, or has a rate in the unit of A, does
    /// not. Where it does, A may come to it multiplied by a power of two.</summary>
    protected internal virtual bool IsScaleFree => Matrices != MatrixClass.NearIdentity;

    /// <summary>Whether what is found does not depend on the units of leaves (<see cref="LeafUnits"/>): not of a solver of one's own, which may know its matrix
    /// from elsewhere.</summary>
    internal virtual bool ForgetsUnits => IsScaleFree && Kind != SolverKind.GivenSolver;

    /// <summary>The most products with A and Aᵀ of one solve by a solver of the user's: where it asks for more it is ended, as
    /// <see cref="SolveStatus.MaxIterations"/>.</summary>
    protected internal virtual long MaxProducts => 100_000;

    /// <summary>Whether it is for symmetric A only.</summary>
    internal bool NeedsSymmetry => Matrices is MatrixClass.Symmetric or MatrixClass.PositiveDefinite;

    /// <summary>Whether it works in the inner product of a symmetric preconditioner, <see cref="LinearSystem.Preconditioner"/>.</summary>
    internal virtual bool TakesPreconditioner => false;

    /// <summary>What it is called in messages: its type, and its name.</summary>
    internal string Title => $"{GetType().Name} ({Name})";

    /// <summary>Solves A x = b.</summary>
    /// <param name="matrix">A, square: its input leaves have the types of its output leaves.</param>
    /// <param name="rightHandSide">b, a tensor of the shape of each leaf.</param>
    /// <param name="start">The first iterate, of the same shapes; zero if absent.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="ShapeMismatchException">A is not square, or b or the start is not like its leaves.</exception>
    public LinearSolution Solve(LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start = null, CancellationToken cancellation = default) =>
        Solve(matrix, rightHandSide, start, null, cancellation);

    /// <summary>Solves A x = b, and tells of its progress.</summary>
    /// <param name="matrix">A, square: its input leaves have the types of its output leaves.</param>
    /// <param name="rightHandSide">b, a tensor of the shape of each leaf.</param>
    /// <param name="start">The first iterate, of the same shapes; zero if absent.</param>
    /// <param name="progress">Told of every residual, on the calling thread: a <see cref="ResidualHistory"/>, say. Wrappers that solve other systems tell after
    /// each of their rounds. What it throws ends the solve.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="ShapeMismatchException">A is not square, or b or the start is not like its leaves.</exception>
    public LinearSolution Solve(LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start, IProgress<SolveProgress>? progress,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(rightHandSide);
        return Solve(matrix, rightHandSide, start, new SolveWatch(cancellation, progress, Name));
    }

    /// <summary>Solves A x = b after another system that was nearby: from its solution, and from what its solve left (<see cref="Recycled"/>,
    /// <see cref="Auto"/>).</summary>
    /// <param name="last">What an earlier solve gave, by a solver like this; one that did not converge leaves its iterate only, and
    /// where that is not finite nothing.</param>
    /// <param name="matrix">A, square, on the leaves of the earlier matrix.</param>
    /// <param name="rightHandSide">b, a tensor of the shape of each leaf.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="ShapeMismatchException">A is not square, or b or the earlier solution is not like its leaves.</exception>
    public LinearSolution SolveAfter(LinearSolution last, LinearOperator matrix, Tensor[] rightHandSide, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(last);
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(rightHandSide);
        Tensor[]? start = new LeafVector(last.Value).IsFinite() ? last.Value : null;
        return Solve(matrix, rightHandSide, start, new SolveWatch(cancellation, null, Name), memory: last.Memory);
    }

    /// <summary>This solver for several right-hand sides with one matrix: what depends on the matrix alone is made once.</summary>
    /// <param name="matrix">A, square: its input leaves have the types of its output leaves.</param>
    /// <exception cref="ShapeMismatchException">A is not square.</exception>
    public PreparedSolver Prepare(LinearOperator matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        RequireSquare(matrix);
        return new PreparedSolver(this, matrix);
    }

    /// <summary>Solves A x = b under a watch.</summary>
    internal LinearSolution Solve(
        LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start, SolveWatch watch, Preparation? preparation = null, SolverMemory? memory = null) =>
        Telemetry.IsSolveWatched
            ? Told(matrix, rightHandSide, start, (watch, preparation, memory)) : SolveUntold(matrix, rightHandSide, start, (watch, preparation, memory));

    // apart, so that a solve that nobody listens to makes no closure
    private LinearSolution Told(
        LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start, (SolveWatch Watch, Preparation? Preparation, SolverMemory? Memory) how) =>
        Telemetry.Solve(
            how.Watch.Solve.StartsWith("adjoint", StringComparison.Ordinal) ? "adjoint" : "linear", () => SolveUntold(matrix, rightHandSide, start, how),
            solution => how.Watch.Solve.Length > 0 ? solution.Report with { Solver = how.Watch.Solve } : solution.Report);

    private LinearSolution SolveUntold(
        LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start, (SolveWatch Watch, Preparation? Preparation, SolverMemory? Memory) how)
    {
        (SolveWatch watch, Preparation? preparation, SolverMemory? memory) = how;
        using Work.Scope work = Work.Under(watch.Cancellation);
        RequireSquare(matrix);
        RequireLike(matrix, rightHandSide, "the right-hand side");
        RequireLike(matrix, start ?? rightHandSide, "the start");
        var system = new LinearSystem(matrix.Uncounted, rightHandSide, start, watch)
        {
            Preparation = preparation ?? new Preparation(),
            Memory = memory,
        };
        LinearSolution solution = matrix.Units is { } units && (units.IsSimilarity || ForgetsUnits)
            ? units.Solve(Remembering, system) : SystemScaling.Solve(Remembering, system);
        matrix.Tell(solution.Report);
        return solution with
        {
            Report = solution.Report with { Kind = Kind },
            Memory = (solution.Memory is { } left ? left with { Solutions = memory?.Solutions ?? [] } : null)?.With(solution.Value, Remembered),
        };
    }

    /// <summary>This, or what it is in a sequence of systems.</summary>
    private protected virtual LinearSolver Remembering => this;

    /// <summary>How many of its last solutions are kept for the next solve.</summary>
    private protected virtual int Remembered => 1;

    /// <summary>What a solve made of the matrix that may serve for one nearby; null for nothing.</summary>
    /// <param name="system">The system that was solved.</param>
    /// <param name="found">Its solution.</param>
    internal virtual Keepsake? KeepsakeOf(LinearSystem system, LinearSolution found) => null;

    /// <summary>Whether it can solve a system by what was made of an earlier matrix.</summary>
    internal virtual bool CanSolveBy(Keepsake kept, LinearSystem system) => false;

    /// <summary>Whether what was made of an earlier matrix should be made anew.</summary>
    internal virtual bool IsStale(Keepsake kept, LinearSystem system) => kept.IsStale;

    /// <summary>Solves a system by what was made of an earlier matrix.</summary>
    internal virtual LinearSolution SolveBy(Keepsake kept, LinearSystem system) => Iterate(system);

    /// <summary>Solves a system, and makes of its matrix what was made of an earlier one.</summary>
    internal virtual LinearSolution Renew(Keepsake kept, LinearSystem system) => Iterate(system);

    /// <summary>Solves a system whose types were checked.</summary>
    internal LinearSolution Iterate(LinearSystem system) => Kind == SolverKind.GivenSolver ? GivenLinearSolve.Run(this, system) : Solve(system);

    /// <summary>Solves a system: what a solver of one's own writes. It is not called where the start solves the system already, or b is not finite.</summary>
    /// <param name="system">The system, its types checked.</param>
    /// <returns>What <see cref="LinearSystem.Solution"/> or <see cref="LinearSystem.GiveUp"/> makes; or the solution of another solver, whose residual is
    /// computed anew.</returns>
    protected internal abstract LinearSolution Solve(LinearSystem system);

    private void RequireSquare(LinearOperator matrix)
    {
        if (!TensorType.AreLike(matrix.InputTypes.AsSpan(), matrix.OutputTypes.AsSpan()))
        {
            throw new ShapeMismatchException(
                $"{Name}: the operator maps ({string.Join(", ", matrix.InputTypes)}) to ({string.Join(", ", matrix.OutputTypes)}); a system needs equal types "
                    + $"on both sides.");
        }
    }

    private void RequireLike(LinearOperator matrix, Tensor[] vector, string what)
    {
        if (Array.IndexOf(vector, null) is >= 0 and int missing)
        {
            throw new ArgumentException($"{Name}: leaf {missing} of {what} is null; every leaf must be a tensor.");
        }

        bool alike = vector.Length == matrix.InputTypes.Length;
        for (int i = 0; alike && i < vector.Length; i++)
        {
            alike = vector[i].Type.IsLike(matrix.InputTypes[i]);
        }

        if (!alike)
        {
            throw new ShapeMismatchException(
                $"{Name}: {what} is ({string.Join(", ", vector.Select(leaf => leaf.Type))}), and the operator works on "
                    + $"({string.Join(", ", matrix.InputTypes)}).");
        }
    }
}
