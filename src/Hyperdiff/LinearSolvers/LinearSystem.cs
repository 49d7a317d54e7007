namespace Hyperdiff;

/// <summary>A system <c>A x = b</c> as a solver sees it.</summary>
/// <param name="Matrix">A.</param>
/// <param name="RightHandSide">b.</param>
/// <param name="Start">The first iterate; zero if absent.</param>
/// <param name="Watch">Ends the iteration, and is told of its residuals.</param>
/// <param name="Observer">Told of every iterate that is at hand: x, to be copied by who keeps it, the norm of its residual as the iteration knows it, the
/// number of updates.</param>
internal sealed record LinearSystem(
    LinearOperator Matrix, Tensor[] RightHandSide, Tensor[]? Start, SolveWatch Watch, Action<Tensor[], double, int>? Observer = null)
{
    /// <summary>‖b‖.</summary>
    public double Scale
    {
        get => double.IsNegative(field) ? field = new LeafVector(RightHandSide).Magnitude() : field;
        init;
    }

    = -1;

    /// <summary>The right-hand side here is 2 to this power times the one that the caller gave (<see cref="SystemScaling"/>).</summary>
    public int Unit { get; init; }

    /// <summary>The matrix here is 2 to this power times the one that the caller gave.</summary>
    public int Level { get; init; }

    /// <summary>What was made of the matrix before, and is kept for other right-hand sides.</summary>
    public Preparation Preparation
    {
        get => field ??= new Preparation();
        init;
    }

    /// <summary>The coarsest machine epsilon among the leaves.</summary>
    public double Epsilon => Matrix.InputTypes.AsSpan().CoarsestEpsilon();

    /// <summary>What the norm of the residual has to reach; a tolerance's absolute part is in the caller's unit.</summary>
    public double Threshold(Tolerance tolerance) => (tolerance with { Absolute = Math.ScaleB(tolerance.Absolute, Unit) }).At(Scale, Epsilon);

    /// <summary>That tolerance for a system made of this one whose right-hand side has another unit: relative to it only.</summary>
    public Tolerance Relative(Tolerance tolerance) => new(
        Scale == 0 || !double.IsFinite(Scale) ? tolerance.Relative : Math.Max(tolerance.RelativeAt(Epsilon), Math.ScaleB(tolerance.Absolute, Unit) / Scale), 0);

    /// <summary>b − A x.</summary>
    public Tensor[] Residual(Tensor[] x) => (new LeafVector(RightHandSide) - Matrix.Apply(x)).Leaves;

    /// <summary>The first iterate, its residual, and how many products that took: none from zero.</summary>
    public (Tensor[] X, Tensor[] Residual, long Products) Begin() => Start is null
        ? (LeafVector.Zeros(Matrix.InputTypes), RightHandSide, 0) : (Start, Residual(Start), 1);

    /// <summary>The system for what is left at a start, A d = b − A x₀, from zero: one product.</summary>
    public LinearSystem Left(Tensor[] start) => new(
        Matrix, Residual(start), null, Watch,
        Observer is null ? null : (d, residual, iterations) => Observer((new LeafVector(start) + d).Leaves, residual, iterations))
    {
        Unit = Unit,
        Level = Level,
        Preparation = Preparation,
    };

    /// <summary>A system on the way to this one's solution, from zero, in the same units; nobody watches it.</summary>
    public LinearSystem Within(LinearOperator matrix, Tensor[] rightHandSide) =>
        new(matrix, rightHandSide, null, Watch.Cancellation) { Unit = Unit, Level = Level, Preparation = Preparation.Inner };
}
