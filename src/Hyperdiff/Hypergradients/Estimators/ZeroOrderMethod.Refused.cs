namespace Hyperdiff;

/// <content>What it does not apply to: the errors of the compiler, in the words of <see cref="Cure"/>.</content>
public sealed partial class ZeroOrderMethod
{
    /// <summary>Refused, over two objectives without a solver.</summary>
    [Obsolete(Cure.Unsolved, error: true)]
    public EstimatedHypergradient<TState, THyper> Compute<TState, THyper>(
        SampledProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        throw new ArgumentException(Cure.Unsolved, nameof(problem));
}
