namespace Hyperdiff;

/// <content>What it does not apply to: the errors of the compiler, in the words of <see cref="Cure"/>.</content>
public sealed partial class DartsMethod
{
    /// <summary>Refused, over a map.</summary>
    [Obsolete(Cure.MixedOverMap, error: true)]
    public DartsHypergradient<TState, THyper> Compute<TState, THyper>(
        FixedPointProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.MixedOverMap, nameof(problem));

    /// <summary>Refused, over a root.</summary>
    [Obsolete(Cure.MixedOverRoot, error: true)]
    public DartsHypergradient<TState, THyper> Compute<TState, THyper>(
        RootProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.MixedOverRoot, nameof(problem));

    /// <summary>Refused, over two objectives without a solver.</summary>
    [Obsolete(Cure.Unsolved, error: true)]
    public DartsHypergradient<TState, THyper> Compute<TState, THyper>(
        SampledProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.Unsolved, nameof(problem));

    /// <summary>Refused, over a random process.</summary>
    [Obsolete(Cure.OnlySamples, error: true)]
    public DartsHypergradient<ValueTuple, THyper> Compute<TSample, THyper>(
        ExpectationProblem<TSample, THyper> problem, ValueTuple start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlySamples, nameof(problem));

    /// <summary>Refused, over a function that returns the inner solution.</summary>
    [Obsolete(Cure.OnlyResponse, error: true)]
    public DartsHypergradient<TState, THyper> Compute<TState, THyper>(
        ResponseProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlyResponse, nameof(problem));

    /// <summary>Refused, over a function that returns the outer value.</summary>
    [Obsolete(Cure.OnlyValue, error: true)]
    public DartsHypergradient<ValueTuple, THyper> Compute<THyper>(
        ValueProblem<THyper> problem, ValueTuple start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlyValue, nameof(problem));
}
