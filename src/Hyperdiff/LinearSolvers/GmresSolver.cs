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
            (status, bool ends) = Judged(run, problem, column, below);
            if (ends)
            {
                break;
            }
        }

        Tensor[] updated = (new LeafVector(x) + basis.Combine(problem.Solve())).Leaves;
        run.System.Observer?.Invoke(updated, run.Monitor.Residual, run.Monitor.Iterations);
        return (updated, status);
    }

    private protected override bool TakesNumbers(LinearSystem system) => true;

    private protected override SolveStatus? Cycle(KrylovRun run, WrittenMatrix matrix, double[] x, double[] r)
    {
        int restart = Math.Min(matrix.Size, Restart);
        double[] q = [.. r];
        double beta = new LeafVector([Tensor.Wrap(q, [q.Length])]).Magnitude();
        var problem = new GivensLeastSquares(restart, beta);
        TensorPrimitives.Multiply(q, 1 / beta, q);
        var basis = new List<double[]>();
        SolveStatus? status = null;
        while (basis.Count < restart && status is null)
        {
            basis.Add(q);
            double[] w = matrix.Product(q);
            run.Products++;
            var column = new double[restart];
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i < basis.Count; i++)
                {
                    double share = TensorPrimitives.Dot<double>(basis[i], w);
                    column[i] += share;
                    TensorPrimitives.MultiplyAdd(basis[i], -share, w, w);
                }
            }

            double below = TensorPrimitives.Norm<double>(w);
            (status, bool ends) = Judged(run, problem, column, below);
            if (ends)
            {
                break;
            }

            TensorPrimitives.Multiply(w, 1 / below, w);
            q = w;
        }

        double[] weights = problem.Solve();
        for (int i = 0; i < basis.Count; i++)
        {
            TensorPrimitives.MultiplyAdd(basis[i], weights[i], x, x);
        }

        run.System.Observer?.Invoke(DenseMatrix.Leaves(x, run.System.Matrix.InputTypes), run.Monitor.Residual, run.Monitor.Iterations);
        return status;
    }

    /// <summary>Judges an update, and whether the space has no further direction.</summary>
    private static (SolveStatus? Status, bool Ends) Judged(KrylovRun run, GivensLeastSquares problem, double[] column, double below)
    {
        double negligible = NegligibleUnits * run.System.Epsilon * Math.Sqrt(column.Sum(entry => entry * entry) + (below * below));
        bool ends = below <= negligible;
        bool independent = problem.Add(column, ends ? 0 : below, negligible);
        SolveStatus? status = run.Monitor.Next(double.IsFinite(below) ? problem.Residual : below);
        return ends && status != SolveStatus.Converged ? (independent ? status : SolveStatus.Singular, true) : (status, false);
    }

    private sealed record Memory(VectorRows Basis, AlternatingRun Product);
}
