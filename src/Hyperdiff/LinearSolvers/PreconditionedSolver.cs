namespace Hyperdiff;

/// <summary>Solves the scaled system <c>S A S y = S b</c> by the inner solver, and gives <c>x = S y</c>; with a preconditioner of the user's <c>A M y = b, x =
/// M y</c>, or by conjugate gradients or MINRES in the inner product of M. See <see cref="LinearSolver.Preconditioned"/>.</summary>
/// <param name="Inner">Solves the scaled system.</param>
/// <param name="Preconditioner">Makes S, or M.</param>
internal sealed record PreconditionedSolver(LinearSolver Inner, Preconditioner Preconditioner) : LinearSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => false;

    private const int MaxRounds = 10;
    private const double LeastGain = 0.1;

    /// <summary>Solves the scaled system.</summary>
    public LinearSolver Inner { get; init => field = Setting.Given(value, nameof(Inner)); } = Setting.Given(Inner, nameof(Inner));

    /// <summary>Makes S, or M.</summary>
    public Preconditioner Preconditioner
    {
        get; init =>
        field = Setting.Given(value, nameof(Preconditioner));
    } = Fitting(Inner, Setting.Given(Preconditioner, nameof(Preconditioner)));

    /// <inheritdoc/>
    public override string Name => $"{Inner.Name} with {Preconditioner.Name}";

    internal override SolverKind Kind => SolverKind.CorrectionRounds;

    /// <inheritdoc/>
    public override MatrixClass Matrices => Preconditioner.NeedsSymmetry ? MatrixClass.PositiveDefinite : Inner.Matrices;

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => Inner.IsScaleFree;

    internal override bool ForgetsUnits => Inner.ForgetsUnits && Preconditioner is (DiagonalPreconditioner or NystromPreconditioner);

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        Fitting(Inner, Preconditioner);
        PreparedScaling? scaling = null;
        (double relative, double threshold) = (system.Relative(Tolerance).RelativeAt(system.Epsilon), system.ThresholdOf(Tolerance));
        bool within = Preconditioner is not Scaling && Inner.NeedsSymmetry;
        LinearSolution found = CorrectionRounds.Run(this, system, MaxRounds, r =>
        {
            (PreparedScaling? made, bool isFirst) = system.Preparation.Once(typeof(PreconditionedSolver), () => Preconditioner is Scaling ours
                ? ours.Of(system.Matrix, system.Level, system.Watch.Cancellation) : GivenPreconditioner.Of(Preconditioner, Inner, system));
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

            // from a start that is near, no more than what is left is asked for
            double left = threshold / new LeafVector(r).Magnitude();
            LinearSolver inner = Inner with { Tolerance = new Tolerance(Math.Max(relative, Math.Min(left, LeastGain)), 0) };
            LinearSolution solution = within
                ? inner.Iterate(system.Within(system.Matrix, r) with { Preconditioner = scaling.Operator }) : inner.Iterate(scaling.Of(system, r));
            return solution with
            {
                Value = within ? solution.Value : scaling.Scale(solution.Value),
                Report = solution.Report with
                {
                    Products = solution.Report.Products + products,
                    TransposedProducts = solution.Report.TransposedProducts + (isFirst ? scaling.TransposedProducts : 0),
                },
            };
        });
        return scaling?.Refusal is { } reason ? found with { Report = found.Report with { Solver = $"{Name}: {reason}" } } : found;

        LinearSolution Without(SolveStatus status, long products) =>
            new(LeafVector.Zeros(system.Matrix.InputTypes),
                new SolveReport(Name, status, 0, double.NaN, 0, products, 0, double.NaN))
            { Cause = scaling?.Cause ?? BreakdownCause.None };
    }

    /// <summary>S, if it is one of ours; what code of the user's made cannot be saved.</summary>
    internal override Keepsake? KeepsakeOf(LinearSystem system, LinearSolution found) =>
        Preconditioner is Scaling && system.Preparation.Find<PreparedScaling>(typeof(PreconditionedSolver)) is { Refusal: null } made
            ? new Keepsake(KindOf(system), string.Empty, new([.. made.Shared, Tensor.Scalar(made.Factor ?? 1)]))
                .Begun(found.Report.Products + found.Report.TransposedProducts, made.Products + made.TransposedProducts, system)
            : null;

    /// <inheritdoc/>
    internal override bool CanSolveBy(Keepsake kept, LinearSystem system) => Preconditioner is Scaling && kept.Fits(KindOf(system), system);

    /// <inheritdoc/>
    internal override LinearSolution SolveBy(Keepsake kept, LinearSystem system) => Iterate(system with
    {
        Preparation = Preparation.Of(typeof(PreconditionedSolver), ((Scaling)Preconditioner).From(system.Placed(kept.Tensors.Value))),
    });

    private string KindOf(LinearSystem system) => Keepsake.KindOf(Preconditioner.Name, system);

    /// <summary>The preconditioner, if the solver can use it.</summary>
    /// <exception cref="ArgumentException">It cannot.</exception>
    private static Preconditioner Fitting(LinearSolver inner, Preconditioner preconditioner) => (inner, preconditioner) switch
    {
        ({ NeedsSymmetry: false }, _) or (_, Scaling) => preconditioner,
        (_, { IsSymmetric: false }) => throw new ArgumentException(
            $"{inner.Name} needs a symmetric system, and {preconditioner.Title} does not say that it is symmetric; use LinearSolver.Gmres, "
                + "LinearSolver.BiCgStab or LinearSolver.Lsmr, which take it from the right."),
        ({ TakesPreconditioner: false }, _) => throw new ArgumentException(
            $"{inner.Name} needs a symmetric system, and works with no inner product but its own; with {preconditioner.Title} use "
                + "LinearSolver.ConjugateGradient or LinearSolver.Minres."),
        _ => preconditioner,
    };
}
