namespace Hyperdiff;

/// <summary>Outer loops: <c>OuterLoop.Over(problem, method).With(Optimizer.Adam(0.1)).Until(Stop.AfterSteps(100))</c>.</summary>
public static class OuterLoop
{
    /// <summary>Steps λ by an optimizer along the hypergradients of a problem.</summary>
    /// <param name="problem">The problem, of any kind that the method takes.</param>
    /// <param name="method">How hypergradients are computed.</param>
    /// <exception cref="ArgumentException">The method does not apply to the problem; the message has the cure.</exception>
    public static OuterLoop<TState, THyper> Over<TState, THyper>(BilevelProblem<TState, THyper> problem, HypergradientMethod method)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(method);
        Applicability.Require(method, problem);
        return new OuterLoop<TState, THyper>(new HypergradientRule<TState, THyper>(problem, method));
    }

    /// <summary>Steps λ along hypergradients of minibatches: every step, and every gradient that is accumulated, has a problem of its own.</summary>
    /// <param name="problem">A pure function of a key, which draws samples and binds objectives to them: the same key, the same samples.
    /// <see cref="OuterLoop{TState, THyper}.RequireRepeatable"/> finds one that is not.</param>
    /// <param name="method">How hypergradients are computed.</param>
    public static OuterLoop<TState, THyper> Over<TState, THyper>(Func<RandomKey, BilevelProblem<TState, THyper>> problem, HypergradientMethod method)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(method);
        return new OuterLoop<TState, THyper>(new HypergradientRule<TState, THyper>(problem, method));
    }

    /// <summary>The steps of a descent, which moves w and λ together and has rates and a key of its own: it takes no optimizer.</summary>
    /// <param name="problem">Two objectives.</param>
    /// <param name="descent">The descent; its limits are not used.</param>
    public static OuterLoop<TState, THyper> Over<TState, THyper>(SampledProblem<TState, THyper> problem, StochasticDescent descent) => Along(problem, descent);

    /// <inheritdoc cref="Over{TState, THyper}(SampledProblem{TState, THyper}, StochasticDescent)"/>
    public static OuterLoop<TState, THyper> Over<TState, THyper>(ObjectiveProblem<TState, THyper> problem, ExactDescent descent) => Along(problem, descent);

    private static OuterLoop<TState, THyper> Along<TState, THyper>(SampledProblem<TState, THyper> problem, Descent descent)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(descent);
        return new OuterLoop<TState, THyper>(new DescentRule<TState, THyper>(problem, descent));
    }
}
