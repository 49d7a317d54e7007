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

    /// <summary>The problem of an outer objective over the minimum of an inner one.</summary>
    public static MinimizationProblem<TState, THyper> Problem<TState, THyper>(Minimization<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new MinimizationProblem<TState, THyper>(inner, outer);
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
