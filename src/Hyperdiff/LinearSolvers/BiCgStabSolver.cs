using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Stabilized bi-conjugate gradients, for general A in a fixed amount of memory. See <see cref="LinearSolver.BiCgStab"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record BiCgStabSolver(Tolerance Tolerance, int MaxIterations) : KrylovSolver(MaxIterations)
{
    /// <inheritdoc/>
    public override string Name => "BiCGStab";

    internal override SolverKind Kind => SolverKind.BiCgStab;

    private protected override (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r)
    {
        LinearOperator matrix = run.System.Matrix;
        int leaves = x.Length;
        AlternatingRun step = matrix.Repeat(StepGraph(matrix));
        Tensor[] shadow = r;
        Tensor[] p = r;
        Tensor rho = LeafVector.Dot(r, r);
        double shadowNorm = Math.Sqrt(rho.ToScalar());
        Span<double> numbers = stackalloc double[4];
        for (int update = 0; ; update++)
        {
            Tensor[] next = step.Run(Name, [.. shadow, .. x, .. r, .. p, rho]);
            run.Products += 2;
            Readings.Into(numbers, next.AsSpan(^4..));
            (double correlation, double projection, double omega, double norm) = (numbers[0], numbers[1], numbers[2], numbers[3]);
            (x, r, p, rho) = (next[..leaves], next[leaves..(2 * leaves)], next[(2 * leaves)..^4], next[^4]);
            SolveStatus? status = run.Next(x, norm);
            if (status is not null)
            {
                return (x, status);
            }

            // what is below rounding is zero: r̂ is as good as orthogonal to v or to r, and the directions have lost their meaning
            if (projection == 0 || omega == 0 || Math.Abs(correlation) <= run.System.Epsilon * shadowNorm * norm)
            {
                run.Cause = BreakdownCause.LostDirections;
                return (x, update == 0 ? SolveStatus.Breakdown : null);
            }
        }
    }

    /// <summary><c>(r̂, x, r, p, ρ, residuals) → (x′, r′, p′, ρ′, r̂ᵀv, ω, ‖r′‖)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix) => matrix.Step(
        typeof(BiCgStabSolver),
        vector => [.. vector, .. vector, .. vector, .. vector, .. Scalars(1)],
        (products, operands) =>
        {
            int leaves = operands.Length / 4;
            LeafVector shadow = operands[..leaves];
            LeafVector r = operands[(2 * leaves)..(3 * leaves)];
            LeafVector p = operands[(3 * leaves)..^1];
            LeafVector v = products.Product(p);
            Tensor projection = LeafVector.Dot(shadow, v);
            Tensor alpha = Ratio(operands[^1], projection);
            LeafVector s = r - (alpha * v);
            LeafVector t = products.Product(s);
            Tensor omega = Ratio(LeafVector.Dot(t, s), LeafVector.Dot(t, t));
            LeafVector x = new LeafVector(operands[leaves..(2 * leaves)]) + (alpha * p) + (omega * s);
            r = s - (omega * t);
            Tensor rho = LeafVector.Dot(shadow, r);
            p = r + (Ratio(rho, operands[^1]) * Ratio(alpha, omega) * (p - (omega * v)));
            return [.. x.Leaves, .. r.Leaves, .. p.Leaves, rho, projection, omega, r.OrdinaryNorm()];
        });
}
