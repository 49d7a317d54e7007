using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The fixed-point (Richardson) iteration <c>x ← x + (b − A x)</c>.</summary>
/// <remarks>
/// For A = I − Jᵀ this is <c>v ← Jᵀ v + g</c>: it converges if ρ(J) &lt; 1, linearly with that factor. From zero, K updates give the first K terms of the Neumann series,
/// <c>Σ_{j&lt;K} Jʲ b</c>. One product per update; two vectors of memory. The residual is that of the iterate returned. Source: Grazzi et al. (2020), "On the Iteration
/// Complexity of Hypergradient Computation", equation (11), where it is the fixed-point method.
/// </remarks>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record FixedPointLinearSolver(Tolerance Tolerance, int MaxIterations) : LinearSolver
{
    /// <inheritdoc/>
    public override string Name => "fixed-point iteration";

    internal override LinearSolution Iterate(LinearSystem system)
    {
        (LinearOperator matrix, Tensor[] rightHandSide, Tensor[]? start) = (system.Matrix, system.RightHandSide, system.Start);
        int leaves = rightHandSide.Length;
        var monitor = new IterationMonitor(Tolerance.At(system.Scale), MaxIterations, system.Cancellation);
        Tensor[] x = system.First();
        Tensor[] r = start is null ? rightHandSide : system.Residual(x);
        long products = start is null ? 0 : 1;
        SolveStatus? status = monitor.Start(new LeafVector(r).Norm().ToScalar());
        Graph step = StepGraph(matrix);
        while (status is null)
        {
            Tensor[] next = step.Call([.. matrix.Residuals, .. rightHandSide, .. x, .. r]).Converged("A linear solve");
            products++;
            (x, r) = (next[..leaves], next[leaves..^1]);
            status = monitor.Next(next[^1].ToScalar());
            system.Observer?.Invoke(x, monitor.Residual, monitor.Iterations);
        }

        return new LinearSolution(x, monitor.Report(Name, status.Value, products));
    }

    /// <summary><c>(residuals, b, x, r) → (x + r, b − A (x + r), its norm)</c>.</summary>
    private static Graph StepGraph(LinearOperator matrix) => matrix.Graph.Derive((typeof(FixedPointLinearSolver), matrix.Residuals.Length), (graph, _) =>
    {
        int residuals = matrix.Residuals.Length;
        int leaves = graph.Outputs.Length;
        TensorType[] vector = [.. graph.Outputs.Select(output => output.Type)];
        return Simplification.Of(TracedFunction.Of(
            operands =>
            {
                LeafVector b = operands[residuals..(residuals + leaves)];
                LeafVector x = operands[(residuals + leaves)..^leaves];
                LeafVector next = x + operands[^leaves..];
                LeafVector r = b - graph.Call([.. operands[..residuals], .. next.Leaves]).Converged("A linear solve");
                return [.. next.Leaves, .. r.Leaves, r.Norm()];
            },
            [.. graph.Inputs.Take(residuals).Select(input => input.Type), .. vector, .. vector, .. vector]).Graph);
    });
}
