namespace Hyperdiff;

/// <summary>An outer objective over the fixed point of a map: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>w* = Φ(w*, λ)</c>. For implicit and iterative methods.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class BilevelProblem<TState, THyper>
{
    internal BilevelProblem(FixedPointMap<TState, THyper> map, Objective<TState, THyper> outer) => (Map, Outer) = (map, outer);

    /// <summary>Φ.</summary>
    public FixedPointMap<TState, THyper> Map { get; }

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <summary>Whether the map is the same at every step, so that steps which grow tell of a map that does not contract.</summary>
    internal bool IsStationary { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over the fixed point of {Map}";
}
