namespace Hyperdiff;

/// <summary>A scalar function f(w, λ) that is known by random samples of it, <c>f = E f_ξ</c>. Each is a function of a key: the same key gives the same
/// sample.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public class SampledObjective<TState, THyper>
{
    private readonly Func<RandomKey, Tensor[]> _draw;

    /// <param name="function">f_ξ, bound to any one sample.</param>
    /// <param name="sampleLeaves">How many of its first fixed operands are the sample.</param>
    /// <param name="draw">The sample of a key.</param>
    internal SampledObjective(IBoundFunction<TState, THyper> function, int sampleLeaves, Func<RandomKey, Tensor[]> draw) =>
        (Function, SampleLeaves, _draw) = (function, sampleLeaves, draw);

    /// <summary>What it is called in messages and reports.</summary>
    public string Name => Function.Name;

    internal IBoundFunction<TState, THyper> Function { get; }

    internal int SampleLeaves { get; }

    internal Tensor[] Draw(RandomKey key) => _draw(key);

    /// <inheritdoc/>
    public override string ToString() => $"objective {Name}";
}
