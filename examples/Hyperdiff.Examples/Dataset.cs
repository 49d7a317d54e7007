using System.Collections.Immutable;

namespace Hyperdiff.Examples;

/// <summary>A table of samples with numeric features and a class.</summary>
/// <param name="Features">The names of the features.</param>
/// <param name="X">The features, <c>[samples, features]</c>, in the units of the file.</param>
/// <param name="Y">The class of each sample, a whole number from 0 on, <c>[samples]</c>.</param>
public sealed record Dataset(ImmutableArray<string> Features, Tensor X, Tensor Y)
{
    /// <summary>The number of samples.</summary>
    public int Samples => X.Shape[0];
}
