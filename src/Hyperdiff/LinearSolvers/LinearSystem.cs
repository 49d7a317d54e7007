using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A system <c>A x = b</c> as a solver sees it.</summary>
/// <remarks>
/// A solver of one's own asks for products, tells of its iterates while it is to go on, and returns the last:
/// <code>
/// while (system.Continues(x))
/// {
///     x = …;
/// }
///
/// return system.Solution(x);
/// </code>
/// Products are counted, and the residual, the status and the report are the library's: ‖b − A x‖ of what is returned is computed anew. Numbers may have been
/// multiplied by powers of two, so that their squares neither overflow nor vanish; the solution is brought back.
/// </remarks>
public sealed record LinearSystem
{
    internal LinearSystem(LinearOperator matrix, LeafVector rightHandSide, Tensor[]? start, SolveWatch watch, Action<Tensor[], double, int>? observer = null) =>
        (Matrix, RightHandSide, GivenStart, Watch, Observer) = (matrix, rightHandSide, start, watch, observer);

    /// <summary>A. Products with it, and with its transpose, are counted, and end with an exception where the solve was cancelled.</summary>
    public LinearOperator Matrix { get; internal init; }

    /// <summary>b.</summary>
    public LeafVector RightHandSide { get; }

    /// <summary>The first iterate: what the caller gave, or zeros.</summary>
    public LeafVector Start => GivenStart ?? LeafVector.Zeros(Matrix.InputTypes);

    /// <summary>What ‖b − A x‖ has to reach.</summary>
    public double Threshold => Judged.Threshold;

    /// <summary>Ends the solve; products hear of it by themselves.</summary>
    public CancellationToken Cancellation => Watch.Cancellation;

    /// <summary>The first iterate; null if the caller gave none, and it is zero.</summary>
    internal Tensor[]? GivenStart { get; init; }

    /// <summary>b − A x of the first iterate, where it is known already.</summary>
    internal Tensor[]? StartResidual { get; init; }

    /// <summary>What the solve before left, of a matrix nearby; null if there was none.</summary>
    internal SolverMemory? Memory { get; init; }

    /// <summary>In which units of its leaves the system is; null for those of the caller.</summary>
    internal LeafUnits? Frame { get; init; }

    /// <summary>Ends the iteration, and is told of its residuals.</summary>
    internal SolveWatch Watch { get; init; }

    /// <summary>Told of every iterate that is at hand: x, to be copied by who keeps it, the norm of its residual as the iteration knows it, the number of
    /// updates.</summary>
    internal Action<Tensor[], double, int>? Observer { get; init; }

    /// <summary>M ≈ A⁻¹, symmetric positive definite, for solvers that take one (<see cref="LinearSolver.TakesPreconditioner"/>).</summary>
    internal LinearOperator? Preconditioner { get; init; }

    /// <summary>Judges a solver of the user's; null for our own.</summary>
    internal GivenLinearSolve? Judge { get; init; }

    /// <summary>‖b‖.</summary>
    internal double Scale
    {
        get => double.IsNegative(field) ? field = RightHandSide.Magnitude() : field;
        init;
    }

    = -1;

    /// <summary>The right-hand side here is 2 to this power times the one that the caller gave (<see cref="SystemScaling"/>).</summary>
    internal int Unit { get; init; }

    /// <summary>The matrix here is 2 to this power times the one that the caller gave.</summary>
    internal int Level { get; init; }

    /// <summary>What was made of the matrix before, and is kept for other right-hand sides.</summary>
    internal Preparation Preparation
    {
        get => field ??= new Preparation();
        init;
    }

    /// <summary>The coarsest machine epsilon among the leaves.</summary>
    internal double Epsilon => Matrix.InputTypes.AsSpan().CoarsestEpsilon();

    private GivenLinearSolve Judged => Judge ?? throw new InvalidOperationException("LinearSystem: this system is being solved by a solver of the library.");

    /// <summary>Tells of an iterate, and whether to go on from it: not where it is solved, at its rounding, not finite, or the solve was cancelled.</summary>
    /// <param name="x">The iterate: the start, at first; each later one counts as an update.</param>
    /// <param name="residual">‖b − A x‖ as the method knows it from a recurrence; one product computes it if absent, and where it is said to be small
    /// enough.</param>
    /// <exception cref="ShapeMismatchException">The iterate is not like b.</exception>
    public bool Continues(LeafVector x, double? residual = null) => Judged.Continues(x, residual);

    /// <summary>The end, with an iterate that is judged by its residual, whatever the method thinks of it.</summary>
    /// <param name="x">The solution, as far as it is one.</param>
    public LinearSolution Solution(LeafVector x) => Judged.End(x, null, null);

    /// <summary>The end without a solution. Where x is accurate enough all the same it counts as one, unless A is said to be singular.</summary>
    /// <param name="x">The iterate that was reached.</param>
    /// <param name="status">How the method ended; not <see cref="SolveStatus.Converged"/>.</param>
    /// <param name="reason">Why, for the report.</param>
    /// <exception cref="ArgumentException">The status is <see cref="SolveStatus.Converged"/>, which only the residual says.</exception>
    public LinearSolution GiveUp(LeafVector x, SolveStatus status, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return Judged.End(x, status, reason);
    }

    /// <summary>What depends on A alone, made once for all right-hand sides that share it (<see cref="LinearSolver.Prepare"/>): factors, say.</summary>
    /// <param name="make">Makes it; its products are counted in every solve that rests on them.</param>
    /// <typeparam name="T">Names it: one of a kind.</typeparam>
    public T Once<T>(Func<T> make)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(make);
        return Judged.Once(make);
    }

    /// <inheritdoc/>
    public override string ToString() => $"A x = b on ({string.Join(", ", Matrix.InputTypes)})";

    /// <summary>What the norm of the residual has to reach; a tolerance's absolute part is in the caller's unit.</summary>
    internal double ThresholdOf(Tolerance tolerance) => (tolerance with { Absolute = Math.ScaleB(tolerance.Absolute, Unit) }).At(Scale, Epsilon);

    /// <summary>That tolerance for a system made of this one whose right-hand side has another unit: relative to it only.</summary>
    internal Tolerance Relative(Tolerance tolerance) => new(
        Scale == 0 || !double.IsFinite(Scale) ? tolerance.Relative : Math.Max(tolerance.RelativeAt(Epsilon), Math.ScaleB(tolerance.Absolute, Unit) / Scale), 0);

    /// <summary>Where the system is.</summary>
    internal IBackend Backend => Eager.BackendOf("A linear solve", [.. RightHandSide.Leaves, .. Matrix.Residuals]);

    /// <summary>A vector where the system is, which a method that works on numbers of the host left there.</summary>
    internal Tensor[] Placed(Tensor[] vector)
    {
        IBackend backend = Backend;
        return Array.ConvertAll(vector, leaf => leaf.To(backend));
    }

    /// <summary>b − A x.</summary>
    internal Tensor[] Residual(Tensor[] x) => (RightHandSide - Matrix.Image(x)).Leaves;

    /// <summary>The first iterate, its residual, and how many products that took: none from zero.</summary>
    internal (Tensor[] X, Tensor[] Residual, long Products) Begin() => GivenStart is null
        ? (LeafVector.Zeros(Matrix.InputTypes), RightHandSide.Leaves, 0)
        : StartResidual is { } known ? (GivenStart, known, 0) : (GivenStart, Residual(GivenStart), 1);

    /// <summary>The system for what is left at a start, A d = b − A x₀, from zero: one product.</summary>
    internal LinearSystem Left(Tensor[] start) => new(
        Matrix, Residual(start), null, Watch,
        Observer is null ? null : (d, residual, iterations) => Observer((new LeafVector(start) + d).Leaves, residual, iterations))
    {
        Unit = Unit,
        Level = Level,
        Preparation = Preparation,
    };

    /// <summary>A system on the way to this one's solution, from zero, in the same units; nobody watches it.</summary>
    internal LinearSystem Within(LinearOperator matrix, Tensor[] rightHandSide) =>
        new(matrix, rightHandSide, null, new SolveWatch(Watch.Cancellation) { GivesUp = Watch.GivesUp })
        {
            Unit = Unit,
            Level = Level,
            Preparation = Preparation.Inner,
        };
}
