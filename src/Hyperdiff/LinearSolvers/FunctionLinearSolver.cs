namespace Hyperdiff;

/// <summary>A linear solver that is a function of the user's.</summary>
/// <param name="Called">The name in reports.</param>
/// <param name="Function">Solves a system.</param>
/// <param name="Class">The matrices that it is made for.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
internal sealed record FunctionLinearSolver(string Called, Func<LinearSystem, LinearSolution> Function, MatrixClass Class, Tolerance Tolerance) : LinearSolver
{
    /// <inheritdoc/>
    public override string Name => Called;

    /// <inheritdoc/>
    public override MatrixClass Matrices => Class;

    /// <inheritdoc/>
    protected internal override LinearSolution Solve(LinearSystem system) => Function(system);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Tolerance}";
}
