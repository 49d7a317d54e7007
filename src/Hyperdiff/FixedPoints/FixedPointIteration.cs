using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The iteration <c>w ← Φ(w, λ)</c>.</summary>
/// <remarks>
/// Converges from everywhere if Φ is a contraction, linearly with its factor. One evaluation of Φ per update and one more, which gives the residual ‖Φ(w) − w‖ of the state
/// that is returned. Source: Banach (1922), "Sur les opérations dans les ensembles abstraits", theorem 6.
/// </remarks>
/// <param name="Tolerance">For ‖Φ(w) − w‖, relative to ‖w‖.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record FixedPointIteration(Tolerance Tolerance, int MaxIterations) : FixedPointSolver
{
    /// <inheritdoc/>
    public override string Name => "fixed-point iteration";

    internal override InnerSolution Solve(InnerProblem problem, Tensor[] start, CancellationToken cancellation)
    {
        Tensor[] state = start;
        var step = new AlternatingRun(StepGraph(problem), []);
        (Tensor[] next, double residual, double scale) = Step(problem, step, state);
        var monitor = new IterationMonitor(Tolerance.At(scale), MaxIterations, cancellation);
        SolveStatus? status = monitor.Start(residual);
        while (status is null)
        {
            state = next;
            (next, residual, scale) = Step(problem, step, state);
            monitor.Threshold = Tolerance.At(scale);
            status = monitor.Next(residual);
        }

        return new InnerSolution(state, monitor.Report(Name, status.Value, monitor.Iterations + 1));
    }

    /// <summary>Φ(w), ‖Φ(w) − w‖ and ‖w‖.</summary>
    private static (Tensor[] Next, double Residual, double Scale) Step(InnerProblem problem, AlternatingRun step, Tensor[] state)
    {
        // a map that is not known to be pure has another graph at every state
        InnerProblem here = problem.At(state);
        Tensor[] outputs = ReferenceEquals(here, problem) ? step.Run("A step of an inner solve", [.. state, .. problem.Parameters]) : here.Call(StepGraph(here), state);
        return (outputs[..^2], outputs[^2].ToScalar(), outputs[^1].ToScalar());
    }

    private static Graph StepGraph(InnerProblem problem) => problem.Graph.Derive((typeof(FixedPointIteration), problem.States, problem.Active), (graph, _) =>
        Simplification.Of(TracedFunction.Of(
            operands =>
            {
                Tensor[] next = graph.Call(operands).Outputs[..problem.States];
                LeafVector w = problem.ActiveOf(operands);
                LeafVector step = new LeafVector(problem.ActiveOf(next)) - w;
                return [.. next, step.Norm(), w.Norm()];
            },
            [.. graph.Inputs.Select(input => input.Type)]).Graph));
}
