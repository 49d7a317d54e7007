namespace Hyperdiff;

/// <summary>The normal equations <c>AᵀA x = Aᵀb</c>, which are symmetric positive definite for any nonsingular A, by a solver for such systems.
/// See <see cref="LinearSolver.Normal"/>.</summary>
/// <param name="Inner">Solves with AᵀA.</param>
internal sealed record NormalSolver(LinearSolver Inner) : LinearSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => Inner.IsValue;

    private const int MaxRounds = 10;

    /// <summary>Solves with AᵀA.</summary>
    public LinearSolver Inner { get; init => field = Setting.Given(value, nameof(Inner)); } = Setting.Given(Inner, nameof(Inner));

    /// <inheritdoc/>
    public override string Name => $"normal equations, {Inner.Name}";

    internal override SolverKind Kind => SolverKind.CorrectionRounds;

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => Inner.IsScaleFree;

    internal override bool ForgetsUnits => Inner.ForgetsUnits;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        LinearOperator normal = system.Matrix.Derive(typeof(NormalSolver), [], (products, _, v) => products.TransposedProduct(products.Product(v)));
        LinearOperator transposed = system.Matrix.Transpose();
        LinearSolver inner = Inner with { Tolerance = system.Relative(Tolerance) };
        return CorrectionRounds.Run(this, system, MaxRounds, r =>
        {
            LinearSolution solution = inner.Iterate(system.Within(normal, transposed.Apply(r)) with { Level = 2 * system.Level });
            long products = solution.Report.Products + solution.Report.TransposedProducts;
            return solution with { Report = solution.Report with { Products = products, TransposedProducts = products + 1 } };
        });
    }
}
