using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A method for <c>w = Φ(w, λ)</c>.</summary>
/// <remarks>
/// All methods are one loop: Φ is evaluated, the error is estimated from ‖Φ(w) − w‖ (<see cref="Tolerance"/>; the rule is in docs/conventions.md), and a rule
/// proposes the next w from w and Φ(w): what a solver of one's own writes (docs/own-solvers.md). One evaluation of Φ per update and one more, which gives the
/// residual of the state that is returned.
/// </remarks>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
public abstract record FixedPointSolver(Tolerance Tolerance, int MaxIterations) : InnerSolver
{
    /// <summary>The most updates.</summary>
    public int MaxIterations { get; init => field = Allowed.AtLeast(0, value, nameof(MaxIterations)); }
        = Allowed.AtLeast(0, MaxIterations, nameof(MaxIterations));

    /// <summary>What an evaluation is called in messages.</summary>
    private protected const string EvaluationName = "A step of an inner solve";

    /// <summary>τ, where an update is w + τ (Φ(w) − w); null where it is another.</summary>
    private protected virtual double? Share => null;

    /// <summary>A rule for one solve, from w, Φ(w) and ‖Φ(w) − w‖ to the next w; what it remembers is of that solve. Vectors are the leaves of the state that
    /// are differentiated.</summary>
    protected abstract Func<LeafVector, LeafVector, double, LeafVector> Rule();

    /// <summary>A rule for one solve, for a solver around this one.</summary>
    internal Func<LeafVector, LeafVector, double, LeafVector> RuleOfOneSolve() => Rule();

    /// <summary>How Φ is evaluated in one solve, from the state: by default in new memory each time, because a rule may keep what it sees.</summary>
    /// <param name="evaluation">From the state and θ to Φ(w) and the norms.</param>
    /// <param name="parameters">θ.</param>
    private protected virtual Func<Tensor[], Tensor[]> Evaluation(Graph evaluation, Tensor[] parameters) =>
        state => evaluation.Call([.. state, .. parameters]).EnsureConverged(EvaluationName);

    internal override int UnitOfCondition => -1;

    private protected override InnerSolution SolveProblem(InnerProblem problem, Tensor[] start, SolveWatch watch)
    {
        Func<LeafVector, LeafVector, double, LeafVector> rule = Kind == SolverKind.GivenSolver ? Checked(problem) : Rule();
        Func<Tensor[], Tensor[]> evaluation = Evaluation(EvaluationGraph(problem), problem.Parameters);
        Tensor[] state = start;
        var run = new InnerRun(new ConditionProbe(this, problem, state), MaxIterations, watch, map: true, Share);
        (Tensor[] image, double[] residuals, double[] norms, _) = Evaluate(problem, evaluation, state, []);
        SolveStatus? status = run.Start(residuals, norms);
        if (status is null or SolveStatus.MaxIterations && run.MayBeMet)
        {
            if (run.MetByImage(Evaluate(problem, evaluation, problem.Replace(image, problem.ActiveOf(image)), []).Residuals))
            {
                return run.End(SolveStatus.Converged, 2);
            }

            // evaluations share memory
            image = Evaluate(problem, evaluation, state, []).Image;
        }

        while (status is null)
        {
            LeafVector before = problem.ActiveOf(state);
            LeafVector next = rule(before, problem.ActiveOf(image), run.Residual);
            double[]? steps = Share is { } share ? Array.ConvertAll(residuals, residual => share * residual) : null;
            Tensor[] moved = steps is null ? (next - before).Leaves : [];
            state = problem.Replace(image, next.Leaves);
            (image, residuals, norms, double[] others) = Evaluate(problem, evaluation, state, moved);
            steps ??= others;
            status = run.Next(state, residuals, steps, norms);
        }

        return run.End(status.Value, run.Iterations + 1);
    }

    internal sealed override InnerSolution? Judge(
        InnerProblem problem, Tensor[] start, (Func<Tensor[]> Condition, Func<double> Amplification) measured, SolveWatch watch)
    {
        if (MaxIterations > 0)
        {
            return null;
        }

        double epsilon = problem.Epsilon;
        LeafVector state = problem.ActiveOf(start);
        LeafVector residual = measured.Condition();
        var error = new SolutionError(Tolerance, epsilon, map: true, (ConditionProbe.LeafNorms(residual.Leaves), ConditionProbe.LeafNorms(state.Leaves)));

        // a state whose residual is above is not asked how far it is
        bool judged = error.MayBeMet;
        if (judged)
        {
            error.Set(error.Amplified(measured.Amplification() / (1 - ConditionProbe.Accuracy)), ConditionProbe.Accuracy);
        }

        var monitor = new IterationMonitor(judged ? error.Threshold : error.LargestResidual, MaxIterations, watch) { Met = error.Met };
        SolveStatus status = monitor.Start(error.Residual) ?? SolveStatus.MaxIterations;
        return new InnerSolution(start, monitor.Report(Name, status, 1) with { Error = judged ? error.Interval : ErrorInterval.NotEstimated });
    }

    /// <summary>R = w − Φ(w, θ), so that ∂R/∂w = I − J.</summary>
    internal sealed override Graph Condition(InnerProblem problem) => problem.Graph.Derive(new ConditionKey(problem.States, problem.Active), graph =>
        Simplification.Of(TracedFunction.Of(
            operands =>
            {
                Tensor[] next = graph.Call(operands).Outputs;
                return [.. problem.Active.Items.Select(i => operands[i] - next[i])];
            },
            [.. graph.Inputs.Select(input => input.Type)]).Graph));

    /// <summary>A rule of the user's, which sees vectors of its own, and must return one like them.</summary>
    private Func<LeafVector, LeafVector, double, LeafVector> Checked(InnerProblem problem)
    {
        Func<LeafVector, LeafVector, double, LeafVector> rule = Rule() ?? throw new InvalidOperationException($"{Title}: Rule returned null.");
        return (w, image, residual) =>
        {
            LeafVector next = rule((Tensor[])[.. w.Leaves], (Tensor[])[.. image.Leaves], residual);
            GivenVector.Require(next, problem.ActiveTypes, Title, "the next state");
            return next;
        };
    }

    /// <summary>Φ(w), and ‖Φ(w) − w‖ and ‖w‖ of each leaf; and, read with them, the norms of other leaves.</summary>
    private static (Tensor[] Image, double[] Residuals, double[] Norms, double[] Others) Evaluate(
        InnerProblem problem, Func<Tensor[], Tensor[]> evaluation, Tensor[] state, Tensor[] others)
    {
        // a map that is not known to be pure has another graph at every state
        InnerProblem here = problem.At(state);
        Tensor[] outputs = ReferenceEquals(here, problem) ? evaluation(state) : here.Call(EvaluationGraph(here), state);
        double[] measured = Readings.Of([outputs[^1]], Array.ConvertAll(others, leaf => new LeafVector([leaf])));
        int leaves = outputs[^1].Count / 2;
        return (outputs[..^1], measured[..leaves], measured[leaves..(2 * leaves)], measured[(2 * leaves)..]);
    }

    /// <summary>The norms of leaves, as one vector.</summary>
    private static Tensor Measures(Tensor[] leaves) => leaves.Length == 0
        ? Tensor.Zeros([0]) : Tensor.Stack(0, Array.ConvertAll(leaves, leaf => new LeafVector([leaf]).Norm()));

    private static Graph EvaluationGraph(InnerProblem problem) => problem.Graph.Derive(new EvaluationKey(problem.States, problem.Active), graph =>
        Simplification.Of(TracedFunction.Of(
            operands =>
            {
                Tensor[] next = graph.Call(operands).Outputs[..problem.States];
                Tensor[] w = problem.ActiveOf(operands);
                LeafVector step = new LeafVector(problem.ActiveOf(next)) - w;
                return [.. next, Measures([.. step.Leaves, .. w])];
            },
            [.. graph.Inputs.Select(input => input.Type)]).Graph));

    private readonly record struct ConditionKey(int States, Axes Active) : IDerivation<Graph>;

    private readonly record struct EvaluationKey(int States, Axes Active) : IDerivation<Graph>;
}
