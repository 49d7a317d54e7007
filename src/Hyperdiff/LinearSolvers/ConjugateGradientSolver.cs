using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Conjugate gradients, for symmetric positive definite A. See <see cref="LinearSolver.ConjugateGradient"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record ConjugateGradientSolver(Tolerance Tolerance, int MaxIterations) : KrylovSolver(MaxIterations)
{
    // where residuals hardly swing the error of the mean is 1.5 to 1.6 times that of the last iterate: so much smaller has to be its residual
    private const double Excess = 1.5;

    // where every update halves the residual, that of the mean is no less than the root of 3/4 of the last iterate's
    private const double Fast = 0.5;

    /// <inheritdoc/>
    public override string Name => "conjugate gradients";

    internal override SolverKind Kind => SolverKind.ConjugateGradients;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.PositiveDefinite;

    internal override bool TakesPreconditioner => true;

    /// <summary>Whether it may end with the mean of its iterates that has the least residual: where that is within two thirds of the tolerance, and the last
    /// iterate, whose residual swings, is not within it. Not with a preconditioner.</summary>
    /// <remarks>
    /// <code>
    /// W ← W + 1 / ρ′,   m ← m + (x − m) / (ρ′ W),   ‖b − A m‖ = W^(−1/2)
    /// </code>
    /// Residuals are orthogonal, so that the weights 1/‖rᵢ‖² give the mean of least residual, among all iterates that of MINRES. It begins with the iterate
    /// before the first whose residual is not half of the one before it: those before have little weight, and where residuals fall so fast there is no mean.
    /// Source: Weiss (1994), "Properties of generalized conjugate gradient methods"; Gutknecht and Rozložník (2001), "Residual smoothing techniques: do they
    /// improve the limiting accuracy of iterative solvers?", section 2.
    /// </remarks>
    internal bool IsSmoothed { get; init; }

    private protected override (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r)
    {
        LinearOperator matrix = run.System.Matrix;
        LinearOperator? inverse = run.System.Preconditioner;
        int leaves = x.Length;
        AlternatingRun step = matrix.Repeat(StepGraph(matrix, inverse, smooths: false));
        Tensor[] p = inverse?.Apply(r) ?? r, mean = [];
        Tensor rho = LeafVector.Dot(r, p);
        double before = rho.ToScalar(), threshold = run.Monitor.Threshold;
        Span<double> numbers = stackalloc double[3];
        while (true)
        {
            bool smooths = mean.Length > 0;
            Tensor[] next = step.Run(Name, [.. x, .. r, .. p, .. mean, rho, .. inverse?.Residuals ?? []]);
            run.Products++;

            // before ρ′ stands W, or ‖r′‖², which is ρ′ without a preconditioner
            Readings.Into(numbers, next[smooths || inverse is not null ? ^3 : ^2], next[^2], next[^1]);
            (double sum, double after, double curvature) = (numbers[0], numbers[1], numbers[2]);

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

            if (smooths)
            {
                mean = next[(3 * leaves)..^2];
            }
            else if (IsSmoothed && inverse is null && after > Fast * Fast * before)
            {
                // a copy, since the memory of iterates is written to again
                mean = [.. x.Select(Eager.Copy), Tensor.Scalar(1 / before)];
                step = matrix.Repeat(StepGraph(matrix, inverse, smooths: true));
            }

            (x, r, p, rho) = (next[..leaves], next[leaves..(2 * leaves)], next[(2 * leaves)..(3 * leaves)], next[^2]);
            before = after;
            double last = Math.Sqrt(inverse is null ? after : sum);
            (Tensor[] judged, double residual) = smooths && last > threshold && Excess / Math.Sqrt(sum) <= threshold
                ? (mean[..leaves], 1 / Math.Sqrt(sum)) : (x, last);
            if (run.Next(judged, residual) is { } status)
            {
                return (judged, status);
            }
        }
    }

    private protected override bool TakesNumbers(LinearSystem system) => system.Preconditioner is null && !IsSmoothed;

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

    /// <summary><c>(x, r, p, ρ, residuals) → (x′, r′, p′, ρ′, pᵀA p)</c>; with M, what its products share comes after ρ, and ‖r′‖² before ρ′; with a mean, it
    /// and the sum of its weights come before ρ, and before ρ′.</summary>
    private static Graph StepGraph(LinearOperator matrix, LinearOperator? inverse, bool smooths) => matrix.Step(
        smooths ? (typeof(ConjugateGradientSolver), nameof(IsSmoothed))
            : inverse is null ? typeof(ConjugateGradientSolver) : (typeof(ConjugateGradientSolver), inverse.Graph),
        vector => [.. vector, .. vector, .. vector, .. smooths ? [.. vector, .. Scalars(1)] : Array.Empty<TensorType>(), .. Scalars(1),
            .. inverse?.Residuals.Select(tensor => tensor.Type) ?? []],
        (products, state) =>
        {
            int leaves = matrix.InputTypes.Length;
            LeafVector x = state[..leaves];
            LeafVector r = state[leaves..(2 * leaves)];
            LeafVector p = state[(2 * leaves)..(3 * leaves)];
            Tensor before = state[smooths ? (4 * leaves) + 1 : 3 * leaves];
            LeafVector q = products.Product(p);
            Tensor curvature = LeafVector.Dot(p, q);
            Tensor alpha = before / curvature;
            x += alpha * p;
            r -= alpha * q;
            LeafVector z = inverse is null ? r : new OperatorProducts(inverse.Graph, state[((3 * leaves) + 1)..]).Product(r);
            Tensor rho = LeafVector.Dot(r, z);
            p = z + ((rho / before) * p);
            Tensor[] more = smooths ? Mean(x, state[(3 * leaves)..((4 * leaves) + 1)], rho) : inverse is null ? [] : [LeafVector.Dot(r, r)];
            return [.. x.Leaves, .. r.Leaves, .. p.Leaves, .. more, rho, curvature];
        });

    /// <summary>The mean with the next iterate, and the sum of its weights.</summary>
    private static Tensor[] Mean(LeafVector x, Tensor[] before, Tensor rho)
    {
        (LeafVector mean, Tensor sum) = (before[..^1], before[^1]);
        mean += (1 / (1 + (rho * sum))) * (x - mean);
        return [.. mean.Leaves, sum + (1 / rho)];
    }
}
