namespace Hyperdiff;

/// <summary>A number of terms of the damped Neumann series, <c>x = τ Σ_{j&lt;k} (I − τ A)ʲ b</c>: an approximation that is asked for as such.
/// See <see cref="LinearSolver.Neumann"/>.</summary>
/// <param name="Terms">k, the number of terms; with 0 the start is returned.</param>
/// <param name="Damping">τ, above 0; 1 for the Neumann series itself.</param>
internal sealed record TruncatedSeriesSolver(int Terms, double Damping) : LinearSolver
{
    /// <summary>k.</summary>
    public int Terms { get; init => field = Setting.Count(value, 0, nameof(Terms)); } = Setting.Count(Terms, 0, nameof(Terms));

    /// <summary>τ.</summary>
    public double Damping { get; init => field = Setting.Positive(value, nameof(Damping)); } = Setting.Positive(Damping, nameof(Damping));

    /// <summary>Whether a series that left more than ‖b‖ is <see cref="SolveStatus.Diverged"/>, a suspicion: the terms of a matrix that is far from normal may
    /// grow before they fall. As <see cref="FixedPointLinearSolver.StopsOnSuspicion"/> of the iteration.</summary>
    public bool StopsOnSuspicion { get; init; } = true;

    /// <inheritdoc/>
    public override string Name => Damping == 1
        ? $"Neumann series of {Terms} terms ({Math.Max(0, Terms - 1)} products)" : $"damped Neumann series of {Terms} terms";

    internal override SolverKind Kind => SolverKind.Series;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.NearIdentity;

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => Damping != 1;

    internal override bool ForgetsUnits => false;

    /// <inheritdoc/>
    public override Tolerance Tolerance { get; init; } = new(0, double.PositiveInfinity);

    /// <inheritdoc/>
    /// <remarks>A start shifts the series: the terms correct it, and it grows if they leave more than there was.</remarks>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        LinearSolver series = Damping == 1
            ? new FixedPointLinearSolver(new Tolerance(0, 0), Terms) { StopsOnSuspicion = StopsOnSuspicion }
            : new DescentLinearSolver(Damping, 0, new Tolerance(0, 0), Terms);
        LinearSystem left = system.GivenStart is { } start ? system.Left(start) : system;
        LinearSolution solution = series.Iterate(left);
        SolveStatus status = solution.Report.Status is SolveStatus.MaxIterations or SolveStatus.Stagnated ? SolveStatus.Converged : solution.Report.Status;
        bool grows = StopsOnSuspicion && status == SolveStatus.Converged && Terms > 0 && solution.Report.Residual > left.Scale;
        SolveReport report = solution.Report with { Solver = Name, Status = grows ? SolveStatus.Diverged : status, Tolerance = double.PositiveInfinity };
        return system.GivenStart is { } shift
            ? solution with { Value = (new LeafVector(shift) + solution.Value).Leaves, Report = report with { Products = report.Products + 1 } }
            : solution with { Report = report };
    }
}
