using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>LSMR: minimal residuals of the normal equations, for any A, without forming AᵀA. See <see cref="LinearSolver.Lsmr"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record LsmrSolver(Tolerance Tolerance, int MaxIterations) : KrylovSolver(MaxIterations)
{
    // ‖Aᵀr‖ / (‖A‖ ‖r‖) of a least-squares solution as accurate as rounding permits
    private const double NegligibleUnits = 100;

    /// <inheritdoc/>
    public override string Name => "LSMR";

    internal override SolverKind Kind => SolverKind.Lsmr;

    private protected override (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r)
    {
        LinearOperator matrix = run.System.Matrix;
        int leaves = x.Length;
        double beta = new LeafVector(r).Magnitude();
        Tensor[] u = (Tensor.Scalar(1 / beta) * new LeafVector(r)).Leaves;
        Tensor[] first = matrix.Transpose().Apply(u);
        run.TransposedProducts++;
        Tensor alpha = new LeafVector(first).OrdinaryNorm();
        if (alpha.ToScalar() == 0)
        {
            return (x, SolveStatus.Singular);
        }

        Tensor[] v = ((1 / alpha) * new LeafVector(first)).Leaves;
        (Tensor[] h, Tensor[] hBar) = (v, LeafVector.Zeros(matrix.InputTypes));
        var recurrence = new LsmrRecurrence(alpha.ToScalar(), beta);
        (AlternatingRun bidiagonalize, AlternatingRun update) = (matrix.Repeat(BidiagonalizationGraph(matrix)), matrix.Repeat(UpdateGraph(matrix)));
        Span<double> numbers = stackalloc double[2];
        while (true)
        {
            Tensor[] next = bidiagonalize.Run(Name, [.. u, .. v, alpha]);
            (run.Products, run.TransposedProducts) = (run.Products + 1, run.TransposedProducts + 1);
            (u, v, alpha) = (next[..leaves], next[leaves..(2 * leaves)], next[^1]);
            Readings.Into(numbers, next.AsSpan(^2..));
            (double a, double b, double c) = recurrence.Next(numbers[1], numbers[0]);
            next = update.Run(Name, [.. x, .. h, .. hBar, .. v, Tensor.Scalar(a), Tensor.Scalar(b), Tensor.Scalar(c)]);
            (x, h, hBar) = (next[..leaves], next[leaves..(2 * leaves)], next[(2 * leaves)..]);
            SolveStatus? status = run.Next(x, recurrence.Residual);
            bool least = recurrence.NormalResidual <= NegligibleUnits * run.System.Epsilon * recurrence.MatrixNorm * recurrence.Residual;
            if (status is not null || recurrence.IsSingular || least)
            {
                return (x, status ?? SolveStatus.Singular);
            }
        }
    }

    /// <summary><c>(u, v, α, residuals) → (u′, v′, β, α′)</c>.</summary>
    private static Graph BidiagonalizationGraph(LinearOperator matrix) => matrix.Step(
        (typeof(LsmrSolver), nameof(BidiagonalizationGraph)),
        vector => [.. vector, .. vector, .. Scalars(1)],
        (products, operands) =>
        {
            int leaves = operands.Length / 2;
            LeafVector v = operands[leaves..^1];
            LeafVector u = products.Product(v) - (operands[^1] * new LeafVector(operands[..leaves]));
            Tensor beta = u.OrdinaryNorm();
            u = Ratio(Tensor.OnesLike(beta), beta) * u;
            v = products.TransposedProduct(u) - (beta * v);
            Tensor alpha = v.OrdinaryNorm();
            return [.. u.Leaves, .. (Ratio(Tensor.OnesLike(alpha), alpha) * v).Leaves, beta, alpha];
        });

    /// <summary><c>(x, h, h̄, v, a, b, c, residuals) → (x′, h′, h̄′)</c>.</summary>
    private static Graph UpdateGraph(LinearOperator matrix) => matrix.Step(
        (typeof(LsmrSolver), nameof(UpdateGraph)),
        vector => [.. vector, .. vector, .. vector, .. vector, .. Scalars(3)],
        (_, operands) =>
        {
            int leaves = (operands.Length - 3) / 4;
            LeafVector h = operands[leaves..(2 * leaves)];
            LeafVector hBar = h - (operands[^3] * new LeafVector(operands[(2 * leaves)..(3 * leaves)]));
            LeafVector x = new LeafVector(operands[..leaves]) + (operands[^2] * hBar);
            h = new LeafVector(operands[(3 * leaves)..^3]) - (operands[^1] * h);
            return [.. x.Leaves, .. h.Leaves, .. hBar.Leaves];
        });
}
