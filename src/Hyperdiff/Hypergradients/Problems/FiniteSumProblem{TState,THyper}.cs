namespace Hyperdiff;

/// <summary>Two objectives that are finite sums: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>w* = argmin_w f(w, λ)</c>. For descents that remember every component, and for
/// all stochastic ones.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class FiniteSumProblem<TState, THyper> : SampledProblem<TState, THyper>
{
    internal FiniteSumProblem(FiniteSum<TState, THyper> inner, FiniteSum<TState, THyper> outer)
        : base(inner, outer) => (Inner, Outer) = (inner, outer);

    /// <summary>f.</summary>
    public FiniteSum<TState, THyper> Inner { get; }

    /// <summary>F.</summary>
    public FiniteSum<TState, THyper> Outer { get; }
}
