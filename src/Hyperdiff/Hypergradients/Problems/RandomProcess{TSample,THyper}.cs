namespace Hyperdiff;

/// <summary>A random inner process with a log-density: <c>x ∼ p(x | λ)</c>. It is run, never differentiated or traced.</summary>
/// <typeparam name="TSample">The structure of a sample x.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class RandomProcess<TSample, THyper>
{
    internal RandomProcess(Func<RandomKey, THyper, TSample> sampler, Objective<TSample, THyper> logDensity) => (Sampler, LogDensity) = (sampler, logDensity);

    /// <summary>The process: the same key gives the same sample.</summary>
    public Func<RandomKey, THyper, TSample> Sampler { get; }

    /// <summary>log p(x | λ), up to a constant.</summary>
    public Objective<TSample, THyper> LogDensity { get; }

    /// <inheritdoc/>
    public override string ToString() => $"samples with {LogDensity}";
}
