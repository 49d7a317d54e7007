namespace Hyperdiff;

/// <summary>One term of the damped Neumann series, drawn at random and weighted: an unbiased estimate of the first N terms, for the price of half of
/// them. See <see cref="LinearSolver.RandomTruncation"/>.</summary>
/// <param name="Terms">N, at least 1.</param>
/// <param name="Rate">η, below 2/λ_max(A) for the series to converge.</param>
/// <param name="Key">What p is drawn from.</param>
internal sealed record RandomTruncationSolver(int Terms, double Rate, RandomKey Key) : LinearSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => false;

    /// <summary>N, at least 1.</summary>
    public int Terms { get; init => field = Setting.Count(value, 1, nameof(Terms)); } = Setting.Count(Terms, 1, nameof(Terms));

    /// <summary>η, below 2/λ_max(A) for the series to converge.</summary>
    public double Rate { get; init => field = Setting.Positive(value, nameof(Rate)); } = Setting.Positive(Rate, nameof(Rate));

    /// <summary>What p is drawn from.</summary>
    public RandomKey Key { get; init => field = Setting.OneKey(value, nameof(Key)); } = Setting.OneKey(Key, nameof(Key));

    /// <summary>Whether a term after which the next one is larger than the first is <see cref="SolveStatus.Diverged"/>, a suspicion: as
    /// <see cref="TruncatedSeriesSolver.StopsOnSuspicion"/>.</summary>
    public bool StopsOnSuspicion { get; init; } = true;

    /// <inheritdoc/>
    public override string Name => $"one random term of {Terms} of the Neumann series";

    internal override SolverKind Kind => SolverKind.Series;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.NearIdentity;

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => true;

    internal override bool ForgetsUnits => false;

    /// <inheritdoc/>
    public override Tolerance Tolerance { get; init; } = new(0, double.PositiveInfinity);

    /// <inheritdoc/>
    /// <remarks>A start shifts the series: the term corrects it.</remarks>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        (Tensor[] start, Tensor[] residual, long products) = system.Begin();
        LeafVector term = residual;
        int power = (int)Key.Integers([], 0, Terms).ToScalar();
        double own = Math.ScaleB(Rate, -system.Level);
        Tensor rate = Tensor.Scalar(own);
        SolveStatus status = double.IsFinite(system.Scale) ? SolveStatus.Converged : SolveStatus.NonFiniteInput;
        int updates = 0;
        for (; updates < power && status == SolveStatus.Converged; updates++)
        {
            term -= rate * new LeafVector(system.Matrix.Apply(term.Leaves));
            status = system.Watch.Cancellation.IsCancellationRequested ? SolveStatus.Cancelled : status;
        }

        LeafVector shift = Tensor.Scalar(Terms * own) * term;
        LeafVector x = start + shift;
        LeafVector left = system.Residual(x.Leaves);
        double norm = left.Magnitude();

        // the residual tells the next term as well, (I − η A)^(p+1) r: terms that grow have no sum
        LeafVector next = term - (Tensor.Scalar(1.0 / Terms) * (new LeafVector(residual) - left));
        bool grows = StopsOnSuspicion && status == SolveStatus.Converged && next.Magnitude() > new LeafVector(residual).Magnitude();
        status = grows ? SolveStatus.Diverged : status;
        status = (status is SolveStatus.Converged or SolveStatus.Diverged) && !double.IsFinite(norm) ? SolveStatus.NonFiniteIterate : status;
        return new LinearSolution(x.Leaves, new SolveReport(Name, status, updates, norm, double.PositiveInfinity, products + updates + 1, 0, double.NaN));
    }
}
