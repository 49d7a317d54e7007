using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Returns the best iterate that the inner solver passed through, instead of its last. See <see cref="LinearSolver.BestIterate"/>.</summary>
/// <param name="Inner">The solver whose iterates are watched.</param>
internal sealed record BestIterateSolver(LinearSolver Inner) : LinearSolver
{
    /// <inheritdoc/>
    internal override bool IsValue => Inner.IsValue;

    /// <summary>The solver whose iterates are watched.</summary>
    public LinearSolver Inner { get; init => field = Setting.Given(value, nameof(Inner)); } = Setting.Given(Inner, nameof(Inner));

    /// <inheritdoc/>
    public override string Name => $"best iterate of {Inner.Name}";

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

    internal override bool ForgetsUnits => Inner.ForgetsUnits;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system)
    {
        (Tensor[] X, double Residual, int Iterations) best = (system.GivenStart ?? LeafVector.Zeros(system.Matrix.InputTypes), double.PositiveInfinity, 0);
        LinearSolution last = Inner.Iterate(system with
        {
            Observer = (x, residual, iterations) =>
            {
                system.Observer?.Invoke(x, residual, iterations);
                best = residual < best.Residual ? (Array.ConvertAll(x, Eager.Copy), residual, iterations) : best;
            },
        });
        SolveReport named = last.Report with { Solver = Name };
        if (last.Report.Converged || last.Report.Iterations == 0)
        {
            return last with { Report = named };
        }

        double residual = new LeafVector(system.Residual(best.X)).Magnitude();
        SolveReport report = named with { Products = named.Products + 1 };
        return residual <= last.Report.Residual || !double.IsFinite(last.Report.Residual)
            ? last with
            {
                Value = best.X,
                Report = report with
                {
                    Residual = residual,
                    Iterations = best.Iterations,
                    Status = residual <= report.Tolerance ? SolveStatus.Converged : report.Status
                }
            }
            : last with { Report = report };
    }
}
