namespace Hyperdiff;

/// <content>What it does not apply to: the errors of the compiler, in the words of <see cref="Cure"/>.</content>
public sealed partial class ZeroOrderResponseMethod
{
    /// <summary>Refused, over two objectives without a solver.</summary>
    [Obsolete(Cure.Unsolved, error: true)]
    public EstimatedHypergradient<TState, THyper> Compute<TState, THyper>(
        SampledProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.Unsolved, nameof(problem));

    /// <summary>Refused, over a random process.</summary>
    [Obsolete(Cure.OnlySamples, error: true)]
    public EstimatedHypergradient<ValueTuple, THyper> Compute<TSample, THyper>(
        ExpectationProblem<TSample, THyper> problem, ValueTuple start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlySamples, nameof(problem));

    /// <summary>Refused, over a function that returns the outer value.</summary>
    [Obsolete(Cure.OnlyValue, error: true)]
    public EstimatedHypergradient<ValueTuple, THyper> Compute<THyper>(
        ValueProblem<THyper> problem, ValueTuple start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.OnlyValue, nameof(problem));
}
