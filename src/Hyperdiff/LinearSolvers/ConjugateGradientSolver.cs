using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Conjugate gradients, for symmetric positive definite A. See <see cref="LinearSolver.ConjugateGradient"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record ConjugateGradientSolver(Tolerance Tolerance, int MaxIterations) : KrylovSolver(MaxIterations)
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

    private protected override bool TakesNumbers(LinearSystem system) => system.Preconditioner is null;

    private protected override SolveStatus? Cycle(KrylovRun run, WrittenMatrix matrix, double[] x, double[] r)
    {
        double[] p = [.. r], q = new double[p.Length];
        double before = TensorPrimitives.SumOfSquares<double>(r);
        Func<Tensor[]> leaves = () => DenseMatrix.Leaves(x, run.System.Matrix.InputTypes);
        SolveStatus? status = null;
        while (status is null)
        {
            matrix.Multiply(p, q);
            run.Products++;
            double curvature = TensorPrimitives.Dot<double>(p, q);
            if (curvature <= 0)
            {
                run.Cause = BreakdownCause.Curvature;
                return SolveStatus.Breakdown;
            }

            run.Conjugacy.Observe(p, q);
            double step = before / curvature;
            TensorPrimitives.MultiplyAdd(p, step, x, x);
            TensorPrimitives.MultiplyAdd(q, -step, r, r);
            double after = TensorPrimitives.SumOfSquares<double>(r);
            TensorPrimitives.MultiplyAdd(p, after / before, r, p);
            before = after;
            status = run.Next(leaves, Math.Sqrt(after));
        }

        return status;
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
