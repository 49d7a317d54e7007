namespace Hyperdiff;

/// <summary>The normal equations <c>AᵀA x = Aᵀb</c>, which are symmetric positive definite for any nonsingular A, by a solver for such systems.</summary>
/// <remarks>
/// For the adjoint, A = I − Jᵀ, they read <c>(I − J)(I − Jᵀ) v = (I − J) g</c>. They square the condition number: twice the digits are lost, and conjugate
/// gradients take of the order of κ(A) updates. One product with A and one with Aᵀ per product of the inner solver, and one more of each per round: the inner
/// tolerance is for ‖Aᵀ(b − A x)‖, and where ‖b − A x‖ is not as small as that promised, the rest is solved for again, each round with the inner solver's
/// iteration limit. Source: Hestenes and Stiefel (1952), "Methods of Conjugate Gradients for Solving Linear Systems", doi:10.6028/jres.049.044, section 10.
/// </remarks>
/// <param name="Inner">Solves with AᵀA.</param>
public sealed record NormalSolver(LinearSolver Inner) : LinearSolver
{
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
