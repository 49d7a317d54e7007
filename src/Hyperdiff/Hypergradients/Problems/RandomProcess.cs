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
