namespace Hyperdiff;

/// <summary>An outer objective over the minimum of another: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>w* = argmin_w f(w, λ)</c>. For implicit methods.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class MinimizationProblem<TState, THyper>
{
    internal MinimizationProblem(Minimization<TState, THyper> inner, Objective<TState, THyper> outer) => (Inner, Outer) = (inner, outer);

    /// <summary>f and its minimizer.</summary>
    public Minimization<TState, THyper> Inner { get; }

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over the minimum of {Inner.Objective}";
}
