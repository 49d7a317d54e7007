namespace Hyperdiff;

/// <summary>Solves the scaled system <c>S A S y = S b</c> by the inner solver, and gives <c>x = S y</c>.</summary>
/// <remarks>
/// The tolerance is for the residual of A: where the scaled residual was small and that one is not, the rest is solved for again, each round with the inner solver's iteration limit.
/// Products: those of the preconditioner, then as many as the inner solver's, and one per round. Not for the fixed-point iteration, unless S A S is close to the identity.
/// Source: Saad (2003), "Iterative Methods for Sparse Linear Systems", 2nd edition, section 9.2 (split preconditioning).
/// </remarks>
/// <param name="Inner">Solves the scaled system.</param>
/// <param name="Preconditioner">S.</param>
public sealed record PreconditionedSolver(LinearSolver Inner, Preconditioner Preconditioner) : LinearSolver
{
    private const int MaxRounds = 10;

    /// <inheritdoc/>
    public override string Name => $"{Inner.Name} with {Preconditioner.Name}";

    /// <inheritdoc/>
    public override Tolerance Tolerance
    {
        get => Inner.Tolerance;
        init => Inner = Inner with { Tolerance = value };
    }

    internal override LinearSolution Iterate(LinearSystem system)
    {
        (LinearOperator Scaled, Tensor[] Scaling)? prepared = null;
        return CorrectionRounds.Run(this, system, MaxRounds, r =>
        {
            long products = 0;
            if (prepared is not { } scaled)
            {
                (Tensor[] s, products) = Preconditioner.Of(system.Matrix);
                prepared = scaled = (system.Matrix.Derive(typeof(PreconditionedSolver), s, (product, more, v) => Times(more, product.Product(Times(more, v)))), s);
            }

            LinearSolution solution = Inner.Iterate(new LinearSystem(scaled.Scaled, Times(scaled.Scaling, r).Leaves, null, system.Cancellation));
            return solution with { Value = Times(scaled.Scaling, solution.Value).Leaves, Report = solution.Report with { Products = solution.Report.Products + products } };
        });
    }

    private static LeafVector Times(Tensor[] scaling, LeafVector vector) => vector.Leaves.Select((leaf, i) => scaling[i] * leaf).ToArray();
}
