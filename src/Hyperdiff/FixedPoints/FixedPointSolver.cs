using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A method for <c>w = Φ(w, λ)</c>.</summary>
/// <remarks>
/// All methods are one loop: Φ is evaluated, the residual ‖Φ(w) − w‖ is judged, and a rule proposes the next w from w and Φ(w). One evaluation of Φ per update and one more, which gives the residual of
/// the state that is returned.
/// </remarks>
/// <param name="Tolerance">For ‖Φ(w) − w‖, relative to ‖w‖.</param>
/// <param name="MaxIterations">The most updates.</param>
public abstract record FixedPointSolver(Tolerance Tolerance, int MaxIterations) : InnerSolver
{
    /// <summary>A rule for one solve, from w, Φ(w) and ‖Φ(w) − w‖ to the next w.</summary>
    private protected abstract Func<LeafVector, LeafVector, double, LeafVector> Rule();

    internal sealed override InnerSolution Solve(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        Func<LeafVector, LeafVector, double, LeafVector> rule = Rule();
        Tensor[] state = start;
        (Tensor[] image, double residual, double scale) = Evaluate(problem, state);
        var monitor = new IterationMonitor(Tolerance.At(scale), MaxIterations, watch);
        SolveStatus? status = monitor.Start(residual);
        while (status is null)
        {
            state = problem.Replace(image, rule(problem.ActiveOf(state), problem.ActiveOf(image), residual).Leaves);
            (image, residual, scale) = Evaluate(problem, state);
            monitor.Threshold = Tolerance.At(scale);
            status = monitor.Next(residual);
        }

        return new InnerSolution(state, monitor.Report(Name, status.Value, monitor.Iterations + 1));
    }

    /// <summary>R = w − Φ(w, θ), so that ∂R/∂w = I − J.</summary>
    internal sealed override Graph Condition(InnerProblem problem) => problem.Graph.Derive((nameof(Condition), problem.States, problem.Active), (graph, _) =>
        Simplification.Of(TracedFunction.Of(
            operands =>
            {
                Tensor[] next = graph.Call(operands).Outputs;
                return [.. problem.Active.Items.Select(i => operands[i] - next[i])];
            },
            [.. graph.Inputs.Select(input => input.Type)]).Graph));

    /// <summary>The maps side by side.</summary>
    internal sealed override Graph Together(BatchedGraph batch) => batch.Repeated;

    /// <summary>Φ(w), ‖Φ(w) − w‖ and ‖w‖.</summary>
    private static (Tensor[] Image, double Residual, double Scale) Evaluate(InnerProblem problem, Tensor[] state)
    {
        problem = problem.At(state);
        Tensor[] outputs = problem.Call(EvaluationGraph(problem), state);
        return (outputs[..^2], outputs[^2].ToScalar(), outputs[^1].ToScalar());
    }

    private static Graph EvaluationGraph(InnerProblem problem) => problem.Graph.Derive((nameof(FixedPointSolver), problem.States, problem.Active), (graph, _) =>
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
