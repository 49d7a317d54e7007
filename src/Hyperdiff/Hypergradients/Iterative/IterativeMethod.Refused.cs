namespace Hyperdiff;

/// <content>What it does not apply to: the errors of the compiler, in the words of <see cref="Cure"/>.</content>
public abstract partial class IterativeMethod
{
    /// <summary>Refused, over a minimum.</summary>
    [Obsolete(Cure.StepsOverMinimum, error: true)]
    public IterativeHypergradient<TState, THyper> Compute<TState, THyper>(
        MinimizationProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.StepsOverMinimum, nameof(problem));

    /// <summary>Refused, over a root.</summary>
    [Obsolete(Cure.StepsOverRoot, error: true)]
    public IterativeHypergradient<TState, THyper> Compute<TState, THyper>(
        RootProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.StepsOverRoot, nameof(problem));

    /// <summary>Refused, over two objectives without a solver.</summary>
    [Obsolete(Cure.Unsolved, error: true)]
    public IterativeHypergradient<TState, THyper> Compute<TState, THyper>(
        SampledProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.Unsolved, nameof(problem));

    /// <summary>Refused, over a random process.</summary>
    [Obsolete(Cure.OnlySamples, error: true)]
    public IterativeHypergradient<ValueTuple, THyper> Compute<TSample, THyper>(
        ExpectationProblem<TSample, THyper> problem, ValueTuple start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlySamples, nameof(problem));

    /// <summary>Refused, over a function that returns the inner solution.</summary>
    [Obsolete(Cure.OnlyResponse, error: true)]
    public IterativeHypergradient<TState, THyper> Compute<TState, THyper>(
        ResponseProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlyResponse, nameof(problem));

    /// <summary>Refused, over a function that returns the outer value.</summary>
    [Obsolete(Cure.OnlyValue, error: true)]
    public IterativeHypergradient<ValueTuple, THyper> Compute<THyper>(
        ValueProblem<THyper> problem, ValueTuple start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlyValue, nameof(problem));
}
