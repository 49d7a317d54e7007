namespace Hyperdiff;

/// <summary>Puts bilevel problems together.</summary>
public static class Bilevel
{
    /// <summary>The problem of an outer objective over the fixed point of a map.</summary>
    public static BilevelProblem<TState, THyper> Problem<TState, THyper>(FixedPointMap<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new BilevelProblem<TState, THyper>(inner, outer);
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
    /// <param name="inner">f and its constraints.</param>
    /// <param name="outer">F(w, λ); of the multipliers as well it is a problem over <see cref="ConstrainedObjective{TState, THyper}.Kkt"/>.</param>
    /// <param name="by">Solves the conditions of the minimum; <see cref="Root.Newton"/> if absent.</param>
    public static RootProblem<KktPoint<TState>, THyper> Problem<TState, THyper>(ConstrainedObjective<TState, THyper> inner, Objective<TState, THyper> outer,
        RootSolver? by = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        Objective<KktPoint<TState>, THyper> atState = Objective.From<KktPoint<TState>, THyper>((point, hyper) => outer.Evaluate(point.State, hyper), outer.Name,
            inner.PointTree, outer.Function.HyperTree);
        return Problem(inner.Kkt.SolvedBy(by ?? Root.Newton()), atState);
    }

    /// <summary>The problem of an outer objective over the minimum of an inner one.</summary>
    public static MinimizationProblem<TState, THyper> Problem<TState, THyper>(Minimization<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new MinimizationProblem<TState, THyper>(inner, outer);
    }

    /// <summary>The problem of the expectation of an outer objective over a random inner process.</summary>
    /// <param name="sampler">(key, λ) to a sample x of p(x | λ): any code, which draws from the key alone, so that the same key gives the same sample.</param>
    /// <param name="logDensity">(x, λ) to log p(x | λ), up to a constant: what is differentiated, in λ.</param>
    /// <param name="outer">F(x, λ), which is differentiated in λ where it depends on it, and not in x.</param>
    public static ExpectationProblem<TSample, THyper> Problem<TSample, THyper>(
        Func<RandomKey, THyper, TSample> sampler, Objective<TSample, THyper> logDensity, Objective<TSample, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(logDensity);
        ArgumentNullException.ThrowIfNull(outer);
        return new ExpectationProblem<TSample, THyper>(sampler, logDensity, outer);
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
