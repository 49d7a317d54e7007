using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Restarted generalized minimal residuals, for any nonsingular A. See <see cref="LinearSolver.Gmres"/>.</summary>
/// <param name="Restart">m, the updates of a cycle.</param>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
internal sealed record GmresSolver(int Restart, Tolerance Tolerance, int MaxIterations) : KrylovSolver(MaxIterations)
{
    private const double NegligibleUnits = 10;

    // a vector that a projection left less of is projected once more: so all are orthogonal to 1/this roundings
    private const double Kept = 0.1;

    /// <summary>m, the updates of a cycle.</summary>
    public int Restart { get; init => field = Setting.Count(value, 1, nameof(Restart)); } = Setting.Count(Restart, 1, nameof(Restart));

    /// <inheritdoc/>
    public override string Name => $"GMRES({Restart})";

    internal override SolverKind Kind => SolverKind.Gmres;

    private protected override (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r)
    {
        LinearOperator matrix = run.System.Matrix;
        int leaves = x.Length;

        // the basis of a space has as many vectors as the space has dimensions
        int restart = Math.Clamp(DenseMatrix.Size(matrix), 1, Restart), rows = StackedVectors.FirstRows(restart, matrix.InputTypes);
        AlternatingRun step = matrix.Repeat(StepGraph(matrix, rows));
        AlternatingRun? again = null;
        double beta = new LeafVector(r).Magnitude();
        var problem = new GivensLeastSquares(restart, beta);
        Tensor[] q = (Tensor.Scalar(1 / beta) * new LeafVector(r)).Leaves;
        StackedVectors basis = StackedVectors.Zeros(rows, matrix.InputTypes);
        SolveStatus? status = null;
        for (int j = 0; j < restart && status is null; j++)
        {
            if (j == rows)
            {
                rows = Math.Min(2 * rows, restart);
                basis = basis.Widened(rows);
                (step, again) = (matrix.Repeat(StepGraph(matrix, rows)), null);
            }

            Tensor[] next = step.Run(Name, [.. q, .. basis.Leaves, StackedVectors.Row(j, rows)]);
            run.Products++;
            (q, basis) = (next[..leaves], next[leaves..^2]);
            double[] numbers = Readings.Of(next.AsSpan(^2..));
            (double[] column, double below) = (numbers[..^1], numbers[^1]);
            if (below < Kept * Math.Sqrt(SumOfSquares(column) + (below * below)))
            {
                again ??= matrix.Repeat(ProjectionGraph(matrix, rows));
                Tensor[] projected = again.Run(Name, [.. q, .. basis.Leaves]);
                double[] rest = Readings.Of(projected.AsSpan(^2..));
                q = projected[..leaves];
                for (int i = 0; i < column.Length; i++)
                {
                    column[i] += below * rest[i];
                }

                below *= rest[^1];
            }

            double negligible = NegligibleUnits * run.System.Epsilon * Math.Sqrt(SumOfSquares(column) + (below * below));
            bool ends = below <= negligible;
            bool independent = problem.Add(column, ends ? 0 : below, negligible);
            status = run.Monitor.Next(double.IsFinite(below) ? problem.Residual : below);
            if (ends && status != SolveStatus.Converged)
            {
                status = independent ? status : SolveStatus.Singular;
                break;
            }
        }

        Tensor[] updated = (new LeafVector(x) + basis.Combine(Tensor.Wrap(problem.Solve()[..rows], [rows]), matrix.InputTypes)).Leaves;
        run.System.Observer?.Invoke(updated, run.Monitor.Residual, run.Monitor.Iterations);
        return (updated, status);
    }

    private static double SumOfSquares(double[] numbers) => TensorPrimitives.SumOfSquares<double>(numbers);

    /// <summary><c>(q, Q, e_j, residuals) → (q′, Q with q in row j, the column of H on and above the diagonal, the entry below it)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix, int rows) => matrix.Step(
        (typeof(GmresSolver), rows),
        vector => [.. vector, .. StackedVectors.Types(rows, vector), new TensorType(DType.Float64, [rows])],
        (products, operands) =>
        {
            int leaves = matrix.InputTypes.Length;
            LeafVector q = operands[..leaves];
            StackedVectors basis = new StackedVectors(operands[leaves..^1]).Add(operands[^1], q);
            LeafVector w = products.Product(q);
            Tensor first = basis.Dot(w);
            w -= basis.Combine(first, matrix.InputTypes);
            Tensor norm = w.OrdinaryNorm();
            return [.. (Ratio(Tensor.OnesLike(norm), norm) * w).Leaves, .. basis.Leaves, first, norm];
        });

    /// <summary><c>(q, Q, residuals) → (q without what it has of Q, of norm 1; that share; the norm of the rest)</c>.</summary>
    private static Graph ProjectionGraph(LinearOperator matrix, int rows) => matrix.Step(
        ("projection", typeof(GmresSolver), rows),
        vector => [.. vector, .. StackedVectors.Types(rows, vector)],
        (_, operands) =>
        {
            int leaves = matrix.InputTypes.Length;
            StackedVectors basis = operands[leaves..];
            Tensor share = basis.Dot(operands[..leaves]);
            LeafVector rest = new LeafVector(operands[..leaves]) - basis.Combine(share, matrix.InputTypes);
            Tensor norm = rest.OrdinaryNorm();
            return [.. (Ratio(Tensor.OnesLike(norm), norm) * rest).Leaves, share, norm];
        });
}
