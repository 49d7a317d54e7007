using System.Collections.Immutable;

namespace LogisticRegression;

/// <summary>A table of samples with numeric features and a class.</summary>
/// <param name="Features">The names of the features.</param>
/// <param name="X">The features, <c>[samples, features]</c>, in the units of the file.</param>
/// <param name="Y">The class of each sample, 0 or 1, <c>[samples]</c>.</param>
public sealed record Dataset(ImmutableArray<string> Features, Tensor X, Tensor Y)
{
    /// <summary>The number of samples.</summary>
    public int Samples => X.Shape[0];

    /// <summary>Some of the samples.</summary>
    /// <param name="rows">Which, in which order.</param>
    public Samples Take(ReadOnlySpan<int> rows)
    {
        Tensor indices = Tensor.From(rows, [rows.Length]);
        return new Samples(X.TakeRows(indices), Y.TakeRows(indices));
    }
}
