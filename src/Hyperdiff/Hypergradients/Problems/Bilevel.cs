namespace Hyperdiff;

/// <summary>Puts bilevel problems together.</summary>
public static class Bilevel
{
    /// <summary>The problem of an outer objective over the fixed point of a map.</summary>
    /// <param name="inner">Φ, and what finds its fixed point.</param>
    /// <param name="outer">The outer objective F(w, λ).</param>
    public static FixedPointProblem<TState, THyper> Problem<TState, THyper>(FixedPointFinding<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new FixedPointProblem<TState, THyper>(inner, outer);
    }

    /// <summary>The problem of an outer objective over the fixed point of a map that its own iteration finds:
    /// <c>inner.SolvedBy(FixedPoint.Iteration())</c>.</summary>
    /// <param name="inner">The map Φ(w, λ); its fixed point is found by iterating it.</param>
    /// <param name="outer">The outer objective F(w, λ).</param>
    public static FixedPointProblem<TState, THyper> Problem<TState, THyper>(FixedPointMap<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return Problem(inner.SolvedBy(FixedPoint.Iteration()), outer);
    }

    /// <summary>The problem of an outer objective at the end of an optimizer's steps.</summary>
    public static UnrolledProblem<TState, THyper> Problem<TState, THyper>(Dynamics<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new UnrolledProblem<TState, THyper>(inner, outer);
    }

    /// <summary>The problem of an outer objective over the root of a condition.</summary>
    public static RootProblem<TState, THyper> Problem<TState, THyper>(RootFinding<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new RootProblem<TState, THyper>(inner, outer);
    }

    /// <summary>The problem of an outer objective over the constrained minimum of an inner one. Its state holds the multipliers too: begin with
    /// <see cref="ConstrainedObjective{TState, THyper}.Start"/>.</summary>
    /// <param name="inner">f and its constraints, and what solves the conditions of its minimum.</param>
    /// <param name="outer">F(w, λ); of the multipliers as well it is a problem over <see cref="ConstrainedMinimization{TState, THyper}.Conditions"/>.</param>
    public static RootProblem<KktPoint<TState>, THyper> Problem<TState, THyper>(ConstrainedMinimization<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        Objective<KktPoint<TState>, THyper> atState = Objective.From<KktPoint<TState>, THyper>(
            (point, hyper) => outer.Evaluate(point.State, hyper), outer.Name, inner.Objective.PointTree, outer.Function.HyperTree);
        return Problem(inner.Conditions, atState);
    }

    /// <summary>The same with Newton's method for the conditions: <c>inner.SolvedBy(Root.Newton())</c>.</summary>
    /// <param name="inner">f and its constraints.</param>
    /// <param name="outer">F(w, λ).</param>
    public static RootProblem<KktPoint<TState>, THyper> Problem<TState, THyper>(ConstrainedObjective<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return Problem(inner.SolvedBy(Root.Newton()), outer);
    }

    /// <summary>The problem of an outer objective over the minimum of an inner one.</summary>
    public static MinimizationProblem<TState, THyper> Problem<TState, THyper>(Minimization<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new MinimizationProblem<TState, THyper>(inner, outer);
    }

    /// <summary>The problem of the expectation of an outer objective over a random inner process.</summary>
    /// <param name="inner">The process and its density.</param>
    /// <param name="outer">F(x, λ), which is differentiated in λ where it depends on it, and not in x.</param>
    public static ExpectationProblem<TSample, THyper> Problem<TSample, THyper>(RandomProcess<TSample, THyper> inner, Objective<TSample, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new ExpectationProblem<TSample, THyper>(inner, outer);
    }

    /// <summary>The problem of an outer objective over what any code returns for the inner solution.</summary>
    /// <param name="inner">(w₀, λ) to w(λ). If it is random, let it draw the same numbers at every call.</param>
    /// <param name="outer">The outer objective F(w, λ).</param>
    public static ResponseProblem<TState, THyper> Problem<TState, THyper>(Func<TState, THyper, TState> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new ResponseProblem<TState, THyper>(inner, outer);
    }

    /// <summary>The problem of an outer value that can only be evaluated, and that is random.</summary>
    /// <param name="value">(λ, key) to ℓ: any code, which draws from the key alone, so that both sides of a difference draw the same.</param>
    /// <param name="tree">How λ is made of tensors; looked up by type if absent.</param>
    public static ValueProblem<THyper> Problem<THyper>(Func<THyper, RandomKey, double> value, Tree<THyper>? tree = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new ValueProblem<THyper>(value, isRandom: true, tree ?? Tree.Of<THyper>());
    }

    /// <summary>The problem of an outer value that can only be evaluated.</summary>
    /// <param name="value">λ to ℓ(λ): any code, not random.</param>
    /// <param name="tree">How λ is made of tensors; looked up by type if absent.</param>
    public static ValueProblem<THyper> Problem<THyper>(Func<THyper, double> value, Tree<THyper>? tree = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new ValueProblem<THyper>((hyper, _) => value(hyper), isRandom: false, tree ?? Tree.Of<THyper>());
    }

    /// <summary>The problem of two objectives, for descents that step w and λ together.</summary>
    public static ObjectiveProblem<TState, THyper> Problem<TState, THyper>(Objective<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new ObjectiveProblem<TState, THyper>(inner, outer);
    }

    /// <summary>The problem of two objectives that are known by random samples, for stochastic descents.</summary>
    public static SampledProblem<TState, THyper> Problem<TState, THyper>(SampledObjective<TState, THyper> inner, SampledObjective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new SampledProblem<TState, THyper>(inner, outer);
    }

    /// <summary>The problem of two finite sums, for descents that remember their components.</summary>
    public static FiniteSumProblem<TState, THyper> Problem<TState, THyper>(FiniteSum<TState, THyper> inner, FiniteSum<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new FiniteSumProblem<TState, THyper>(inner, outer);
    }
}
