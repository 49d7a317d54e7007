using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A method for <c>A x = b</c>, as an immutable value. It knows nothing of differentiation.</summary>
/// <remarks>Law: a solve that reports <see cref="SolveStatus.Converged"/> has ‖b − A x‖ ≤ max(relative tolerance · ‖b‖, absolute tolerance), as recomputed at
/// its end.</remarks>
public abstract partial record LinearSolver
{
    private protected LinearSolver()
    {
    }

    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>What its reports are of.</summary>
    internal abstract SolverKind Kind { get; }

    /// <summary>For ‖b − A x‖, relative to ‖b‖.</summary>
    public abstract Tolerance Tolerance { get; init; }

    /// <summary>Whether it is for symmetric A only.</summary>
    internal virtual bool NeedsSymmetry => false;

    /// <summary>Whether it solves (s A) x = b as it solves A x = b, for any s &gt; 0: an iteration that starts from A ≈ I does not.</summary>
    internal virtual bool IsScaleFree => true;

    /// <summary>Solves A x = b.</summary>
    /// <param name="matrix">A, square: its input leaves have the types of its output leaves.</param>
    /// <param name="rightHandSide">b, one tensor per leaf.</param>
    /// <param name="start">The first iterate; zero if absent.</param>
    /// <param name="cancellation">Ends the iteration with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="ShapeMismatchException">A is not square, or b or the start is not like its leaves.</exception>
    public LinearSolution Solve(LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start = null, CancellationToken cancellation = default) =>
        Solve(matrix, rightHandSide, start, null, cancellation);

    /// <summary>Solves A x = b, and tells of its progress.</summary>
    /// <param name="matrix">A, square: its input leaves have the types of its output leaves.</param>
    /// <param name="rightHandSide">b, one tensor per leaf.</param>
    /// <param name="start">The first iterate; zero if absent.</param>
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
    internal LinearSolution Solve(LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start, SolveWatch watch, Preparation? preparation = null)
    {
        using Work.Scope work = Work.Under(watch.Cancellation);
        RequireSquare(matrix);
        RequireLike(matrix, rightHandSide, "the right-hand side");
        RequireLike(matrix, start ?? rightHandSide, "the start");
        LinearSolution solution = SystemScaling.Solve(this, matrix, rightHandSide, start, watch, preparation ?? new Preparation());
        return solution with { Report = solution.Report with { Kind = Kind } };
    }

    /// <summary>Solves a system whose types were checked.</summary>
    internal abstract LinearSolution Iterate(LinearSystem system);

    private void RequireSquare(LinearOperator matrix)
    {
        if (!matrix.InputTypes.SequenceEqual(matrix.OutputTypes))
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

        if (!vector.Select(leaf => leaf.Type).SequenceEqual(matrix.InputTypes))
        {
            throw new ShapeMismatchException(
                $"{Name}: {what} is ({string.Join(", ", vector.Select(leaf => leaf.Type))}), and the operator works on "
                    + $"({string.Join(", ", matrix.InputTypes)}).");
        }
    }
}
