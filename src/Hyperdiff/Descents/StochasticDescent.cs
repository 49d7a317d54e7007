namespace Hyperdiff;

/// <summary>A descent that only uses gradients and products in ways that keep them unbiased: it takes objectives that are sampled as well as exact
/// ones.</summary>
public abstract record StochasticDescent : Descent
{
    private protected StochasticDescent(Schedule innerRate, Schedule outerRate)
        : base(innerRate, outerRate)
    {
    }

    /// <summary>The descent on a problem, its step traced and compiled.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first w.</param>
    /// <param name="hyper">The first λ.</param>
    public DescentSteps<TState, THyper> Steps<TState, THyper>(SampledProblem<TState, THyper> problem, TState start, THyper hyper) => On(problem, start, hyper);

    /// <summary>Descends from w and λ.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first w.</param>
    /// <param name="hyper">The first λ.</param>
    /// <param name="progress">Told of every state, on the calling thread. What it throws ends the descent.</param>
    /// <param name="cancellation">Ends the descent with <see cref="SolveStatus.Cancelled"/>.</param>
    public DescentSolution<TState, THyper> Minimize<TState, THyper>(
        SampledProblem<TState, THyper> problem, TState start, THyper hyper, IProgress<DescentProgress<TState, THyper>>? progress = null,
        CancellationToken cancellation = default) =>
        Steps(problem, start, hyper).Run(progress, cancellation);
}
