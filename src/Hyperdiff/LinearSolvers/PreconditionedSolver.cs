namespace Hyperdiff;

/// <summary>Solves the scaled system <c>S A S y = S b</c> by the inner solver, and gives <c>x = S y</c>.</summary>
/// <remarks>
/// The tolerance is for the residual of A: where the scaled residual was small and that one is not, the rest is solved for again, each round with the inner
/// solver's iteration limit.
/// Products: those of the preconditioner, then as many as the inner solver's, and one per round. Not for the fixed-point iteration, unless S A S is close to
/// the identity.
/// Source: Saad (2003), "Iterative Methods for Sparse Linear Systems", 2nd edition, section 9.2 (split preconditioning).
/// </remarks>
/// <param name="Inner">Solves the scaled system.</param>
/// <param name="Preconditioner">Makes S.</param>
public sealed record PreconditionedSolver(LinearSolver Inner, Preconditioner Preconditioner) : LinearSolver
{
    private const int MaxRounds = 10;

    /// <summary>Solves the scaled system.</summary>
    public LinearSolver Inner { get; init => field = Setting.Given(value, nameof(Inner)); } = Setting.Given(Inner, nameof(Inner));

    /// <summary>Makes S.</summary>
    public Preconditioner Preconditioner
    {
        get; init =>
        field = Setting.Given(value, nameof(Preconditioner));
    } = Setting.Given(Preconditioner, nameof(Preconditioner));

    /// <inheritdoc/>
    public override string Name => $"{Inner.Name} with {Preconditioner.Name}";

    internal override SolverKind Kind => SolverKind.CorrectionRounds;

    internal override bool NeedsSymmetry => Inner.NeedsSymmetry || Preconditioner.NeedsSymmetry;

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    internal override bool IsScaleFree => Inner.IsScaleFree;

    internal override LinearSolution Iterate(LinearSystem system)
    {
        PreparedScaling? scaling = null;
        LinearSolver inner = Inner with { Tolerance = system.Relative(Tolerance) };
        LinearSolution found = CorrectionRounds.Run(this, system, MaxRounds, r =>
        {
            (PreparedScaling? made, bool isFirst) = system.Preparation.Once(typeof(PreconditionedSolver),
                () => Preconditioner.Of(system.Matrix, system.Level, system.Watch.Cancellation));
            if (made is null)
            {
                return Without(SolveStatus.Cancelled, 0);
            }

            scaling = made;
            long products = isFirst ? scaling.Products : 0;
            if (scaling.Refusal is not null)
            {
                return Without(SolveStatus.Breakdown, products);
            }

            LinearSolution solution = inner.Iterate(scaling.Of(system, r));
            return solution with { Value = scaling.Scale(solution.Value), Report = solution.Report with { Products = solution.Report.Products + products } };
        });
        return scaling?.Refusal is { } reason ? found with { Report = found.Report with { Solver = $"{Name}: {reason}" } } : found;

        LinearSolution Without(SolveStatus status, long products) =>
            new(LeafVector.Zeros(system.Matrix.InputTypes),
                new SolveReport(Name, status, 0, double.NaN, 0, products, 0, double.NaN))
            { Cause = scaling?.Cause ?? BreakdownCause.None };
    }
}
