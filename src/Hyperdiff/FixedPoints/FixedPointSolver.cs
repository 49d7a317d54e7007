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
    /// <summary>The most updates.</summary>
    public int MaxIterations
    {
        get;
        init => field = Allowed.AtLeast(0, value, nameof(MaxIterations));
    }

    = Allowed.AtLeast(0, MaxIterations, nameof(MaxIterations));

    /// <summary>What an evaluation is called in messages.</summary>
    private protected const string EvaluationName = "A step of an inner solve";

    /// <summary>A rule for one solve, from w, Φ(w) and ‖Φ(w) − w‖ to the next w.</summary>
    private protected abstract Func<LeafVector, LeafVector, double, LeafVector> Rule();

    /// <summary>How Φ is evaluated in one solve, from the state: by default in new memory each time, because a rule may keep what it sees.</summary>
    /// <param name="evaluation">From the state and θ to Φ(w) and the norms.</param>
    /// <param name="parameters">θ.</param>
    private protected virtual Func<Tensor[], Tensor[]> Evaluation(Graph evaluation, Tensor[] parameters) =>
        state => evaluation.Call([.. state, .. parameters]).Converged(EvaluationName);

    internal sealed override InnerSolution Solve(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        problem = problem.WithoutInvariants();
        Func<LeafVector, LeafVector, double, LeafVector> rule = Rule();
        Func<Tensor[], Tensor[]> evaluation = Evaluation(EvaluationGraph(problem), problem.Parameters);
        Tensor[] state = start;
        (Tensor[] image, double residual, double scale) = Evaluate(problem, evaluation, state);
        var monitor = new IterationMonitor(Tolerance.At(scale, problem.Epsilon), MaxIterations, watch);
        SolveStatus? status = monitor.Start(residual);
        while (status is null)
        {
            state = problem.Replace(image, rule(problem.ActiveOf(state), problem.ActiveOf(image), residual).Leaves);
            (image, residual, scale) = Evaluate(problem, evaluation, state);
            monitor.Threshold = Tolerance.At(scale, problem.Epsilon);
            status = monitor.Next(residual);
        }

        return new InnerSolution(state, monitor.Report(Name, status.Value, monitor.Iterations + 1));
    }

    internal sealed override InnerSolution? Judge(InnerProblem problem, Tensor[] start, Func<Tensor[]> condition, SolveWatch watch)
    {
        if (MaxIterations > 0)
        {
            return null;
        }

        double scale = new LeafVector(problem.ActiveOf(start)).Norm().ToScalar();
        var monitor = new IterationMonitor(Tolerance.At(scale, problem.Epsilon), MaxIterations, watch);
        SolveStatus status = monitor.Start(new LeafVector(condition()).Norm().ToScalar()) ?? SolveStatus.MaxIterations;
        return new InnerSolution(start, monitor.Report(Name, status, 1));
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

    /// <summary>Φ(w), ‖Φ(w) − w‖ and ‖w‖.</summary>
    private static (Tensor[] Image, double Residual, double Scale) Evaluate(InnerProblem problem, Func<Tensor[], Tensor[]> evaluation, Tensor[] state)
    {
        // a map that is not known to be pure has another graph at every state
        InnerProblem here = problem.At(state);
        Tensor[] outputs = ReferenceEquals(here, problem) ? evaluation(state) : here.Call(EvaluationGraph(here), state);
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
