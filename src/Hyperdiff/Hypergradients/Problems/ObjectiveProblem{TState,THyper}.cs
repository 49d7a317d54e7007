namespace Hyperdiff;

/// <summary>Two objectives with exact gradients: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>w* = argmin_w f(w, λ)</c>. For every descent that steps w and λ together,
/// stochastic ones included.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ObjectiveProblem<TState, THyper> : SampledProblem<TState, THyper>
{
    internal ObjectiveProblem(Objective<TState, THyper> inner, Objective<TState, THyper> outer)
        : base(SampledObjective.Of(inner), SampledObjective.Of(outer)) => (Inner, Outer) = (inner, outer);

    /// <summary>f.</summary>
    public Objective<TState, THyper> Inner { get; }

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }
}
