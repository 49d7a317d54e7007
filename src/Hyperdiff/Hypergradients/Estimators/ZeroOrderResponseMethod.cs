using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The indirect part by zero-order differences of the inner solution, F by its gradient: PZOBO. For inner solvers that can only be run.</summary>
/// <remarks>
/// <code>
/// ∇ = ∇_λF + (1/Q) Σ_q u_q ⟨(w(λ + μu_q) − w(λ))/μ, g⟩,   u_q ∼ N(0, I)
/// </code>
/// with standard errors. w(λ) is a minimizer's result, the end of an optimizer's steps, or what any code returns; every run begins at the same start, with the
/// same key. Without bias where w is linear in λ,
/// off by the order of μ else. Q + 1 inner solves, and no derivative of the inner problem. What the inner solver leaves unsolved is divided by μ. Source: Sow,
/// Ji and Liang (2022), "On the convergence
/// theory for Hessian-free bilevel algorithms", where it is PZOBO.
/// </remarks>
public sealed class ZeroOrderResponseMethod
{
    private readonly int _samples;
    private readonly double _radius;

    internal ZeroOrderResponseMethod(int samples, double radius) => (_samples, _radius) = (samples, radius);

    /// <summary>Runs the problem's minimizer around λ.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate, of every run.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What directions are drawn from.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <returns>The estimate; its inner report is the worst of all runs.</returns>
    public EstimatedHypergradient<TState, THyper> Compute<TState, THyper>(
        MinimizationProblem<TState, THyper> problem, TState start, THyper hyper, RandomKey key, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(problem);
        IBoundFunction<TState, THyper> objective = problem.Inner.Objective.Function;
        RequireNothingStopped(InnerProblem.Of(objective, objective.FlattenState(start), objective.FlattenHyper(hyper)), objective.Name);
        return Estimate(at => problem.Inner.Solve(start, at, null, cancellation), problem.Outer, hyper, key, cancellation);
    }

    /// <summary>Runs some steps of an optimizer around λ.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="steps">T.</param>
    /// <param name="start">w₀, of every run, with a fresh memory.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What directions are drawn from.</param>
    /// <param name="cancellation">Throws between runs.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EstimatedHypergradient<TState, THyper> Compute<TState, THyper>(
        UnrolledProblem<TState, THyper> problem, int steps, TState start, THyper hyper, RandomKey key, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        FixedPointMap<OptimizerState<TState>, THyper> map = problem.Inner.Map;
        return Estimate(Run, problem.Outer, hyper, key, cancellation);

        Solution<TState> Run(THyper at)
        {
            FlatTree<OptimizerState<TState>> first = map.Function.FlattenState(problem.Inner.Start(start, at));
            InnerProblem inner = InnerProblem.Of(map.Function, first, map.Function.FlattenHyper(at));
            RequireNothingStopped(inner, map.Name);
            Tensor[] state = first.Tensors;
            for (int t = 0; t < steps; t++)
            {
                cancellation.ThrowIfCancellationRequested();
                state = inner.Call(Subgraph.Outputs(inner.Graph, ..inner.States), state);
            }

            return new Solution<TState>(first.Rebuild(state).Parameters, TrajectoryReport.Of(map.Name, steps, 0, 0, (steps, 0)));
        }
    }

    /// <summary>Runs any inner solver around λ.</summary>
    /// <param name="response">w(λ): any code. If it is random, let it draw the same numbers at every call.</param>
    /// <param name="outer">F.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What directions are drawn from.</param>
    /// <param name="cancellation">Throws between runs.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public EstimatedHypergradient<TState, THyper> Compute<TState, THyper>(
        Func<THyper, TState> response, Objective<TState, THyper> outer, THyper hyper, RandomKey key, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(outer);
        var given = new SolveReport("inner, a function", SolveStatus.Converged, 0, double.NaN, double.PositiveInfinity, 0, 0,
            double.NaN)
        { Kind = SolverKind.GivenFunction };
        return Estimate(at => new Solution<TState>(response(at), given), outer, hyper, key, cancellation);
    }

    // the solution varies with what derivatives would take for constant
    private static void RequireNothingStopped(InnerProblem inner, string name)
    {
        if (StoppedValues.Has(inner.Graph))
        {
            throw new NotSupportedException(
                $"ZeroOrderResponse: {name} stops a gradient, and differences of its solution would differentiate through it; use Hypergradient.Implicit or "
                    + $"Hypergradient.Reverse, or pass what is stopped as data.");
        }
    }

    private EstimatedHypergradient<TState, THyper> Estimate<TState, THyper>(
        Func<THyper, Solution<TState>> solve, Objective<TState, THyper> outer, THyper hyper, RandomKey key, CancellationToken cancellation)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(key);
        FlatTree<THyper> flat = outer.Function.FlattenHyper(hyper);
        flat.RequireActive("A hypergradient");
        Solution<TState> here = solve(hyper);
        FlatTree<TState> state = outer.Function.FlattenState(here.Value);
        OuterDerivative derivative = OuterDerivative.At(outer, state, flat);
        var directions = new GaussianDirections<THyper>(flat, key);
        var samples = new GradientSamples<THyper>(flat, outer.Function.HyperTree);
        SolveReport worst = here.Report;
        for (int i = 0; i < _samples; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            LeafVector u = directions.At(i);
            Solution<TState> there = solve(directions.Moved(u, _radius));
            worst = worst.Converged ? there.Report : worst;
            FlatTree<TState> moved = outer.Function.FlattenState(there.Value);
            state.RequireSameLeaves(moved, "ZeroOrderResponse: the inner solver must return states of one structure");
            LeafVector change = new LeafVector([.. state.Active.Select(leaf => moved.Tensors[leaf])])
                - state.Active.Select(leaf => state.Tensors[leaf]).ToArray();
            double slope = LeafVector.Dot(change, derivative.StateGradient).ToScalar() / _radius;
            samples.Add(derivative.HyperGradient, Tensor.Scalar(slope) * u);
        }

        return samples.Estimate($"zero-order response of radius {_radius}", derivative.Value, here.Value, _samples + 1L, worst, []);
    }
}
