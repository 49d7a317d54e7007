using System.Globalization;

namespace Hyperdiff;

/// <summary>Solves another system, <c>(A + ρ I) x = b</c>, by the inner solver: a bias bought for conditioning.
/// See <see cref="LinearSolver.Ridge"/>.</summary>
/// <param name="Inner">Solves with A + ρ I.</param>
/// <param name="Rho">ρ, in the unit of A.</param>
internal sealed record RidgeSolver(LinearSolver Inner, double Rho) : LinearSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => Inner.IsValue;

    /// <summary>Solves with A + ρ I.</summary>
    public LinearSolver Inner { get; init => field = Setting.Given(value, nameof(Inner)); } = Setting.Given(Inner, nameof(Inner));

    /// <summary>ρ, in the unit of A.</summary>
    public double Rho { get; init => field = Setting.NotNegative(value, nameof(Rho)); } = Setting.NotNegative(Rho, nameof(Rho));

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"ridge {Rho:G3}, {Inner.Name}");

    internal override SolverKind Kind => Inner.Kind;

    /// <inheritdoc/>
    public override MatrixClass Matrices => Inner.Matrices;

    internal override bool TakesPreconditioner => Inner.TakesPreconditioner;

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    /// <inheritdoc/>
    protected internal override bool IsScaleFree => Inner.IsScaleFree;

    internal override bool ForgetsUnits => false;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        LinearSolution solution = Inner.Iterate(system with { Matrix = Shifted(system) });
        return solution with { Report = solution.Report with { Solver = Name } };
    }

    // ρ is an operand, so that changing it compiles nothing
    private LinearOperator Shifted(LinearSystem system) =>
        system.Matrix.Derive(typeof(RidgeSolver), [Tensor.Scalar(Math.ScaleB(Rho, system.Level))], (products, more, v) => products.Product(v) + (more[0] * v));
}
