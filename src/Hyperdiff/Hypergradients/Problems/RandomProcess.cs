namespace Hyperdiff;

/// <summary>Makes random processes from a sampler and a density.</summary>
public static class RandomProcess
{
    /// <summary>A process that is any code, with the density of what it draws.</summary>
    /// <param name="sampler">(key, λ) to a sample x of p(x | λ): any code, which draws from the key alone, so that the same key gives the same sample.</param>
    /// <param name="logDensity">(x, λ) to log p(x | λ), up to a constant: what is differentiated, in λ.</param>
    public static RandomProcess<TSample, THyper> From<TSample, THyper>(Func<RandomKey, THyper, TSample> sampler, Objective<TSample, THyper> logDensity)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(logDensity);
        return new RandomProcess<TSample, THyper>(sampler, logDensity);
    }
}

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

/// <summary>A random process as methods see it: samples, and a density of them.</summary>
internal interface ISampledProcess
{
    /// <summary>log p(x | λ).</summary>
    IBoundFunction LogDensity { get; }

    /// <summary>The sample of a key.</summary>
    FlatTree Sample(RandomKey key, FlatTree hyper);
}
