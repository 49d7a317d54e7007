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

    /// <summary>m, the updates of a cycle.</summary>
    public int Restart { get; init => field = Setting.Count(value, 1, nameof(Restart)); } = Setting.Count(Restart, 1, nameof(Restart));

    /// <inheritdoc/>
    public override string Name => $"GMRES({Restart})";

    internal override SolverKind Kind => SolverKind.Gmres;

    private protected override (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r)
    {
        // the basis of a space has as many vectors as the space has dimensions
        LinearOperator matrix = run.System.Matrix;
        int restart = Math.Clamp(DenseMatrix.Size(matrix), 1, Restart);
        (VectorRows basis, AlternatingRun product) = run.Once(() => new Memory(new(restart, run.System), matrix.Repeat(matrix.Graph, reach: 0)));
        double beta = new LeafVector(r).Magnitude();
        var problem = new GivensLeastSquares(restart, beta);
        Tensor[] q = (Tensor.Scalar(1 / beta) * new LeafVector(r)).Leaves;
        basis.Clear();
        SolveStatus? status = null;
        for (int j = 0; j < restart && status is null; j++)
        {
            basis.Add(q);
            (q, double[] column, double below) = basis.Project(product.Run(Name, q));
            run.Products++;
            double negligible = NegligibleUnits * run.System.Epsilon * Math.Sqrt(TensorPrimitives.SumOfSquares<double>(column) + (below * below));
            bool ends = below <= negligible;
            bool independent = problem.Add(column, ends ? 0 : below, negligible);
            status = run.Monitor.Next(double.IsFinite(below) ? problem.Residual : below);
            if (ends && status != SolveStatus.Converged)
            {
                status = independent ? status : SolveStatus.Singular;
                break;
            }
        }

        Tensor[] updated = (new LeafVector(x) + basis.Combine(problem.Solve())).Leaves;
        run.System.Observer?.Invoke(updated, run.Monitor.Residual, run.Monitor.Iterations);
        return (updated, status);
    }

    private sealed record Memory(VectorRows Basis, AlternatingRun Product);
}
