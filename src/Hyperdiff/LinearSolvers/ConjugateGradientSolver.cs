using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Conjugate gradients, for symmetric positive definite A.</summary>
/// <remarks>
/// <code>
/// α = ρ / pᵀA p,  x ← x + α p,  r ← r − α A p,  β = ρ′ / ρ,  p ← r + β p        with ρ = rᵀr
/// </code>
/// In exact arithmetic it ends after as many updates as A has distinct eigenvalues; the error falls by <c>(√κ − 1)/(√κ + 1)</c> per update. One product per
/// update and one at the end, where the residual is computed anew. Source: Hestenes and Stiefel (1952), "Methods of Conjugate Gradients for Solving Linear
/// Systems", section 3.
/// Differs from the source in:
/// 1. the last iterate is returned, with its true residual; where rounding has led the recurrence astray, the iteration starts again from there
/// (<see cref="KrylovSolver"/>);
/// 2. a direction with pᵀA p ≤ 0 ends it as <see cref="SolveStatus.Breakdown"/> before it is used: A is not positive definite;
/// 3. with a symmetric preconditioner M, ρ = rᵀz and p ← z + β p with z = M r, as in Saad (2003), algorithm 9.1; ‖r‖ is judged all the same;
/// 4. the first two updates show whether A is symmetric (<see cref="LinearSolution.Asymmetry"/>).
/// On a singular A it may converge without a sign of it where b lies in the range: it sees of A what its products make of b, and never a null space that
/// these do not visit. ‖b − A x‖ is of all leaves together: of leaves of different scales the small ones are solved less accurately, unless they are brought to
/// one (<see cref="LinearSolver.Preconditioned"/>, or unknowns in other units).
/// </remarks>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record ConjugateGradientSolver(Tolerance Tolerance, int MaxIterations) : KrylovSolver(MaxIterations)
{
    /// <inheritdoc/>
    public override string Name => "conjugate gradients";

    internal override SolverKind Kind => SolverKind.ConjugateGradients;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.PositiveDefinite;

    internal override bool TakesPreconditioner => true;

    private protected override (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r)
    {
        LinearOperator matrix = run.System.Matrix;
        LinearOperator? inverse = run.System.Preconditioner;
        int leaves = x.Length;
        AlternatingRun step = matrix.Repeat(StepGraph(matrix, inverse));
        Tensor[] p = inverse?.Apply(r) ?? r;
        Tensor rho = LeafVector.Dot(r, p);
        double before = rho.ToScalar();
        Span<double> numbers = stackalloc double[3];
        SolveStatus? status = null;
        while (status is null)
        {
            Tensor[] next = inverse is null ? step.Run(Name, [.. x, .. r, .. p, rho]) : step.Run(Name, [.. x, .. r, .. p, rho, .. inverse.Residuals]);
            run.Products++;

            // ‖r′‖² is ρ without a preconditioner, and stands before it with one
            Readings.Into(numbers, next[inverse is null ? ^2 : ^3], next[^2], next[^1]);
            (double square, double after, double curvature) = (numbers[0], numbers[1], numbers[2]);

            // ρ < 0: M is not positive definite
            if (curvature <= 0 || after < 0)
            {
                run.Cause = BreakdownCause.Curvature;
                return (x, SolveStatus.Breakdown);
            }

            if (inverse is null)
            {
                run.Conjugacy.Observe(matrix, p, (r, next[leaves..(2 * leaves)]), curvature / before);
            }

            (x, r, p, rho) = (next[..leaves], next[leaves..(2 * leaves)], next[(2 * leaves)..(3 * leaves)], next[^2]);
            before = after;
            status = run.Next(x, Math.Sqrt(square));
        }

        return (x, status);
    }

    /// <summary><c>(x, r, p, ρ, residuals) → (x′, r′, p′, ρ′, pᵀA p)</c>; with M, what its products share comes after ρ, and ‖r′‖² before ρ′.</summary>
    private static Graph StepGraph(LinearOperator matrix, LinearOperator? inverse) => matrix.Step(
        inverse is null ? typeof(ConjugateGradientSolver) : (typeof(ConjugateGradientSolver), inverse.Graph),
        vector => [.. vector, .. vector, .. vector, .. Scalars(1), .. inverse?.Residuals.Select(tensor => tensor.Type) ?? []],
        (products, state) =>
        {
            int leaves = matrix.InputTypes.Length;
            LeafVector x = state[..leaves];
            LeafVector r = state[leaves..(2 * leaves)];
            LeafVector p = state[(2 * leaves)..(3 * leaves)];
            Tensor before = state[3 * leaves];
            LeafVector q = products.Product(p);
            Tensor curvature = LeafVector.Dot(p, q);
            Tensor alpha = before / curvature;
            x += alpha * p;
            r -= alpha * q;
            LeafVector z = inverse is null ? r : new OperatorProducts(inverse.Graph, state[((3 * leaves) + 1)..]).Product(r);
            Tensor rho = LeafVector.Dot(r, z);
            p = z + ((rho / before) * p);
            return [.. x.Leaves, .. r.Leaves, .. p.Leaves, .. inverse is null ? (Tensor[])[] : [LeafVector.Dot(r, r)], rho, curvature];
        });
}
