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

    /// <summary>Steps of optimizers on several problems in turn: for every step of one, so many of others, each along the total derivative of its own
    /// objective, with the memory of each optimizer kept.</summary>
    /// <remarks>
    /// <code>
    /// several times:  θ_j ← step of its optimizer along dC_j/dθ_j,   for j below;      then   θ ← step along dC/dθ
    /// </code>
    /// The parameters of problems that are stepped are taken for their solutions, wherever they are: nothing is solved for them, and their derivative is that
    /// of the implicit function theorem there, by the adjoint solver of <see cref="Response.Implicit"/>; or that of some steps from there
    /// (<see cref="Response.Unrolled(int, Optimizer)"/>), or none (<see cref="Response.Constant"/>). Problems that are not stepped are solved. Steps are spread
    /// evenly, and what others need is stepped first. For the bilevel case with exact derivatives of the steps, see
    /// <see cref="Dynamics.Unroll{TState, THyper}(Objective{TState, THyper}, Optimizer)"/>. Source: Choe et al. (2023), arXiv:2207.02849, algorithm 1.
    /// </remarks>
    /// <param name="problems">All problems.</param>
    /// <param name="top">The problem whose parameters are λ: it is moved by the loop's optimizer.</param>
    /// <param name="steps">The others that are stepped: <c>weights.StepsBy(Optimizer.Sgd(0.1, momentum: 0.9), steps: 5)</c>.</param>
    /// <exception cref="ArgumentException">A problem is stepped twice.</exception>
    public static OuterLoop<LevelPoint, T> Over<T>(MultiLevel problems, Level<T> top, params ReadOnlySpan<LevelSteps> steps)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return Alternating(_ => problems, top, steps);
    }

    /// <summary>The same with problems for every key: minibatches.</summary>
    /// <param name="problems">A pure function of a key, which puts the same levels together.</param>
    /// <inheritdoc cref="Over{T}(MultiLevel, Level{T}, ReadOnlySpan{LevelSteps})" path="/*[not(self::param)]"/>
    /// <param name="top">The problem whose parameters are λ.</param>
    /// <param name="steps">The others that are stepped.</param>
    public static OuterLoop<LevelPoint, T> Over<T>(Func<RandomKey, MultiLevel> problems, Level<T> top, params ReadOnlySpan<LevelSteps> steps)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return Alternating(problems, top, steps);
    }

    private static OuterLoop<LevelPoint, T> Alternating<T>(Func<RandomKey, MultiLevel> problems, Level<T> top, ReadOnlySpan<LevelSteps> steps)
    {
        ArgumentNullException.ThrowIfNull(top);
        foreach (LevelSteps each in steps)
        {
            ArgumentNullException.ThrowIfNull(each, nameof(steps));
        }

        return new OuterLoop<LevelPoint, T>(new AlternationRule<T>(problems, top, [.. steps]));
    }

    private static OuterLoop<TState, THyper> Along<TState, THyper>(SampledProblem<TState, THyper> problem, Descent descent)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(descent);
        return new OuterLoop<TState, THyper>(new DescentRule<TState, THyper>(problem, descent));
    }
}
