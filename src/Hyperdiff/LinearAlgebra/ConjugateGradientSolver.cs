using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Conjugate gradients, for symmetric positive definite A.</summary>
/// <remarks>
/// <code>
/// α = ρ / pᵀA p,  x ← x + α p,  r ← r − α A p,  β = ρ′ / ρ,  p ← r + β p        with ρ = rᵀr
/// </code>
/// In exact arithmetic it ends after as many updates as A has distinct eigenvalues; the error falls by <c>(√κ − 1)/(√κ + 1)</c> per update. One product per update and one
/// at the end, where the residual is computed anew. Source: Hestenes and Stiefel (1952), "Methods of Conjugate Gradients for Solving Linear Systems", section 3.
/// Differs from the source in:
/// 1. the last iterate is returned, with its true residual; where rounding has led the recurrence astray, the iteration starts again from there, and ends as
///    <see cref="SolveStatus.Stagnated"/> once that no longer halves the residual;
/// 2. a direction with pᵀA p ≤ 0 ends it as <see cref="SolveStatus.Breakdown"/> before it is used: A is not positive definite.
/// </remarks>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record ConjugateGradientSolver(Tolerance Tolerance, int MaxIterations) : LinearSolver
{
    /// <inheritdoc/>
    public override string Name => "conjugate gradients";

    internal override LinearSolution Iterate(LinearSystem system)
    {
        (LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start) = (system.Matrix, system.RightHandSide, system.Start);
        int leaves = rightHandSide.Length;
        var monitor = new IterationMonitor(Tolerance.At(system.Scale), MaxIterations, system.Cancellation);
        Tensor[] x = system.First();
        Tensor[] r = start is null ? rightHandSide : TrueResidual(matrix, rightHandSide, x);
        long products = start is null ? 0 : 1;
        Tensor[] p = r;
        Tensor rho = LeafVector.Dot(r, r);
        double trueResidual = Math.Sqrt(rho.ToScalar());
        SolveStatus? status = monitor.Start(trueResidual);
        Graph step = StepGraph(matrix);
        double previousTrue = double.PositiveInfinity;
        while (status is null)
        {
            Tensor[] next = step.Call([.. matrix.Residuals, .. x, .. r, .. p, rho]).Converged("A linear solve");
            products++;
            double curvature = next[^1].ToScalar();
            if (curvature <= 0)
            {
                status = SolveStatus.Breakdown;
                break;
            }

            (x, r, p, rho) = (next[..leaves], next[leaves..(2 * leaves)], next[(2 * leaves)..^2], next[^2]);
            status = monitor.Next(Math.Sqrt(rho.ToScalar()));
            system.Observer?.Invoke(x, monitor.Residual, monitor.Iterations);
            if (status is not null)
            {
                (r, products) = (TrueResidual(matrix, rightHandSide, x), products + 1);
                trueResidual = new LeafVector(r).Norm().ToScalar();
                if (status == SolveStatus.Converged && trueResidual > monitor.Threshold)
                {
                    bool progress = trueResidual <= previousTrue / 2;
                    (previousTrue, p, rho, status) = (trueResidual, r, LeafVector.Dot(r, r), progress ? null : SolveStatus.Stagnated);
                }
            }
        }

        if (status == SolveStatus.Breakdown)
        {
            (trueResidual, products) = (new LeafVector(TrueResidual(matrix, rightHandSide, x)).Norm().ToScalar(), products + 1);
        }

        return new LinearSolution(x, monitor.Report(Name, status.Value, products) with { Residual = trueResidual });
    }

    private static Tensor[] TrueResidual(LinearOperator matrix, Tensor[] rightHandSide, Tensor[] x) => (new LeafVector(rightHandSide) - matrix.Apply(x)).Leaves;

    /// <summary><c>(residuals, x, r, p, ρ) → (x′, r′, p′, ρ′, pᵀA p)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix) => matrix.Graph.Derive((typeof(ConjugateGradientSolver), matrix.Residuals.Length), (graph, _) =>
    {
        int residuals = matrix.Residuals.Length;
        int leaves = graph.Outputs.Length;
        TensorType[] vector = [.. graph.Outputs.Select(output => output.Type)];
        return Simplification.Of(TracedFunction.Of(
            operands =>
            {
                Tensor[] state = operands[residuals..];
                LeafVector x = state[..leaves];
                LeafVector r = state[leaves..(2 * leaves)];
                LeafVector p = state[(2 * leaves)..^1];
                LeafVector q = graph.Call([.. operands[..residuals], .. p.Leaves]).Converged("A linear solve");
                Tensor curvature = LeafVector.Dot(p, q);
                Tensor alpha = state[^1] / curvature;
                x += alpha * p;
                r -= alpha * q;
                Tensor rho = LeafVector.Dot(r, r);
                p = r + ((rho / state[^1]) * p);
                return [.. x.Leaves, .. r.Leaves, .. p.Leaves, rho, curvature];
            },
            [.. graph.Inputs.Take(residuals).Select(input => input.Type), .. vector, .. vector, .. vector, new TensorType(DType.Float64, Shape.Scalar)]).Graph);
    });
}
