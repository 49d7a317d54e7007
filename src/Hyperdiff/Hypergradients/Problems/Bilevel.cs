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

    /// <summary>The problem of an outer objective over the minimum of an inner one.</summary>
    public static MinimizationProblem<TState, THyper> Problem<TState, THyper>(Minimization<TState, THyper> inner, Objective<TState, THyper> outer)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(outer);
        return new MinimizationProblem<TState, THyper>(inner, outer);
    }
}
