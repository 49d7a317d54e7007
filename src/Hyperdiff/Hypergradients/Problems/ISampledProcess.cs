namespace Hyperdiff;

/// <summary>A random process as methods see it: samples, and a density of them.</summary>
internal interface ISampledProcess
{
    /// <summary>log p(x | λ).</summary>
    IBoundFunction LogDensity { get; }

    /// <summary>The sample of a key.</summary>
    FlatTree Sample(RandomKey key, FlatTree hyper);
}
