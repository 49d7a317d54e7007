using System.Diagnostics;
using System.Numerics.Tensors;

namespace Hyperdiff;

/// <summary>A method whose residual is known from a recurrence: it works in cycles, each from an iterate with its true residual.</summary>
/// <remarks>
/// A cycle ends when the recurrence meets the tolerance, when the method breaks down, or when it is due. Then the residual is computed anew, with one product,
/// and judged: where the recurrence was led astray by rounding, the next cycle starts from there, and the solve ends as <see cref="SolveStatus.Stagnated"/>
/// once that no longer helps.
/// </remarks>
internal abstract record KrylovSolver : LinearSolver
{
    // a cycle that claims to have converged and did not has to halve the residual; one that was merely due has to gain something at all
    private const double Claimed = 0.5;
    private const double Due = 0.999;

    private protected KrylovSolver(int maxIterations) => MaxIterations = maxIterations;

    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Setting.Count(value, 0, nameof(MaxIterations)); }

    /// <inheritdoc/>
    protected internal sealed override LinearSolution Solve(LinearSystem system)
    {
        var monitor = new IterationMonitor(system.ThresholdOf(Tolerance), MaxIterations, system.Watch);
        (Tensor[] x, Tensor[] r, long products) = system.Begin();
        var run = new KrylovRun(system, monitor) { Products = products };
        double residual = new LeafVector(r).Magnitude();
        SolveStatus? status = monitor.Start(residual);
        if (status is null && TakesNumbers(system) && system.Matrix.WrittenFor(r) is { } written)
        {
            (x, status, residual) = Solve(run, written, (x, r, residual));
        }

        while (status is null)
        {
            (x, status) = Cycle(run, x, r);
            r = system.Residual(x);
            run.Products++;
            double before = residual;
            residual = new LeafVector(r).Magnitude();
            status = Judged(monitor, status, residual, before);
        }

        return new LinearSolution(x, monitor.Report(Name, status.Value, run.Products) with { Residual = residual, TransposedProducts = run.TransposedProducts })
        {
            Asymmetry = double.IsNaN(run.Asymmetry) ? run.Conjugacy.Asymmetry : run.Asymmetry,
            Cause = status == SolveStatus.Breakdown ? run.Cause : BreakdownCause.None,
        };
    }

    /// <summary>The same with numbers.</summary>
    private (Tensor[] X, SolveStatus Status, double Residual) Solve(KrylovRun run, WrittenMatrix matrix, (Tensor[] X, Tensor[] R, double Norm) start)
    {
        (double[] x, double[] r, double residual) = (DenseMatrix.Numbers(start.X), DenseMatrix.Numbers(start.R), start.Norm);
        double[] b = DenseMatrix.Numbers(run.System.RightHandSide.Leaves);
        SolveStatus? status = null;
        while (status is null)
        {
            status = Cycle(run, matrix, x, r);
            if (matrix.IsExact)
            {
                matrix.Multiply(x, r);
                TensorPrimitives.Subtract(b, r, r);
            }
            else
            {
                Tensor[] rounded = DenseMatrix.Leaves(x, run.System.Matrix.InputTypes);
                (x, r) = (DenseMatrix.Numbers(rounded), DenseMatrix.Numbers(run.System.Residual(rounded)));
            }

            run.Products++;
            double before = residual;
            residual = new LeafVector([Tensor.Wrap(r, [r.Length])]).Magnitude();
            status = Judged(run.Monitor, status, residual, before);
        }

        return (DenseMatrix.Leaves(x, run.System.Matrix.InputTypes), status.Value, residual);
    }

    private SolveStatus? Judged(IterationMonitor monitor, SolveStatus? status, double residual, double before) => (status, residual) switch
    {
        (_, var now) when now <= monitor.Threshold => SolveStatus.Converged,
        ({ } end and not SolveStatus.Converged, _) => end,
        (_, double.NaN or double.PositiveInfinity) => SolveStatus.NonFiniteIterate,
        (SolveStatus.Converged, var now) when now > Claimed * before => SolveStatus.Stagnated,
        (null, var now) when now > Due * before => SolveStatus.Stagnated,
        _ when monitor.Iterations >= MaxIterations => SolveStatus.MaxIterations,
        _ => null,
    };

    /// <summary>Whether it works with the numbers of a small matrix.</summary>
    private protected virtual bool TakesNumbers(LinearSystem system) => false;

    /// <summary>The same as a cycle with numbers: x is overwritten by the iterate, r by anything.</summary>
    private protected virtual SolveStatus? Cycle(KrylovRun run, WrittenMatrix matrix, double[] x, double[] r) =>
        throw new UnreachableException($"{Name} does not work with numbers.");

    /// <summary>Updates from x, whose residual is r, until the monitor ends it, the method breaks down, or a new cycle is due (then there is no
    /// status).</summary>
    private protected abstract (Tensor[] X, SolveStatus? Status) Cycle(KrylovRun run, Tensor[] x, Tensor[] r);

    /// <summary>n / d, and 0 where d = 0.</summary>
    private protected static Tensor Ratio(Tensor numerator, Tensor denominator) => Tensor.Where(denominator.Abs() > 0, numerator / denominator, 0);

    /// <summary>The types of scalars that travel through a step.</summary>
    private protected static IEnumerable<TensorType> Scalars(int count) => Enumerable.Repeat(new TensorType(DType.Float64, Shape.Scalar), count);
}
