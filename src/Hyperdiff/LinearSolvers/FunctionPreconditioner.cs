namespace Hyperdiff;

/// <summary>A preconditioner that is a function of the user's.</summary>
/// <param name="Called">The name in reports.</param>
/// <param name="Function">From A to M.</param>
/// <param name="Symmetric">Whether M is symmetric positive definite where A is.</param>
internal sealed record FunctionPreconditioner(string Called, Func<LinearOperator, LinearOperator> Function, bool Symmetric) : Preconditioner
{
    /// <inheritdoc/>
    public override string Name => Called;

    /// <inheritdoc/>
    public override bool IsSymmetric => Symmetric;

    /// <inheritdoc/>
    protected override LinearOperator Approximate(LinearOperator matrix, CancellationToken cancellation) => Function(matrix);
}
