namespace Hyperdiff;

/// <content>What it does not apply to: the errors of the compiler, in the words of <see cref="Cure"/>.</content>
public sealed partial class StochasticMethod
{
    /// <summary>Refused, over a map.</summary>
    [Obsolete(Cure.SamplesOverMap, error: true)]
    public StochasticHypergradient<TState, THyper> Compute<TState, THyper>(
        FixedPointProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.SamplesOverMap, nameof(problem));

    /// <summary>Refused, over a root.</summary>
    [Obsolete(Cure.SamplesOverRoot, error: true)]
    public StochasticHypergradient<TState, THyper> Compute<TState, THyper>(
        RootProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.SamplesOverRoot, nameof(problem));

    /// <summary>Refused, over an optimizer's steps.</summary>
    [Obsolete(Cure.SamplesOverSteps, error: true)]
    public StochasticHypergradient<TState, THyper> Compute<TState, THyper>(
        StepsProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.SamplesOverSteps, nameof(problem));

    /// <summary>Refused, over two objectives without a solver.</summary>
    [Obsolete(Cure.Unsolved, error: true)]
    public StochasticHypergradient<TState, THyper> Compute<TState, THyper>(
        SampledProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.Unsolved, nameof(problem));

    /// <summary>Refused, over a random process.</summary>
    [Obsolete(Cure.OnlySamples, error: true)]
    public StochasticHypergradient<ValueTuple, THyper> Compute<TSample, THyper>(
        ExpectationProblem<TSample, THyper> problem, ValueTuple start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlySamples, nameof(problem));

    /// <summary>Refused, over a function that returns the inner solution.</summary>
    [Obsolete(Cure.OnlyResponse, error: true)]
    public StochasticHypergradient<TState, THyper> Compute<TState, THyper>(
        ResponseProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlyResponse, nameof(problem));

    /// <summary>Refused, over a function that returns the outer value.</summary>
    [Obsolete(Cure.OnlyValue, error: true)]
    public StochasticHypergradient<ValueTuple, THyper> Compute<THyper>(
        ValueProblem<THyper> problem, ValueTuple start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlyValue, nameof(problem));
}
