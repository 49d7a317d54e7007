using System.Collections.Immutable;

namespace Hyperdiff.Data;

/// <summary>Samples in k folds of equal sizes, up to one sample: each is held out once, while the others train.</summary>
public sealed class Folds
{
    private readonly int[] _fold;

    private Folds(int samples, ImmutableArray<ImmutableArray<int>> parts)
    {
        Count = parts.Length;
        _fold = new int[samples];
        for (int fold = 0; fold < parts.Length; fold++)
        {
            foreach (int sample in parts[fold])
            {
                _fold[sample] = fold;
            }
        }
    }

    /// <summary>k, the number of folds.</summary>
    public int Count { get; }

    /// <summary>The fold of every sample, from 0 to k − 1, <c>int32 [samples]</c>: <c>OneHot(k)</c> is a mask for k trainings in one structure.</summary>
    public Tensor Assignment => Tensor.From(_fold);

    /// <summary>The samples of one fold, and all others; in the order of the data.</summary>
    /// <param name="fold">From 0 to k − 1.</param>
    public (ImmutableArray<int> Train, ImmutableArray<int> Validation) this[int fold]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(fold);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fold, Count);
            ImmutableArray<int> Where(Func<int, bool> isMeant) => [.. Enumerable.Range(0, _fold.Length).Where(sample => isMeant(_fold[sample]))];
            return (Where(other => other != fold), Where(other => other == fold));
        }
    }

    /// <summary>Folds at random.</summary>
    /// <param name="samples">How many samples there are.</param>
    /// <param name="count">k, at least 2.</param>
    /// <param name="key">What is drawn from.</param>
    /// <exception cref="DataException">There are fewer samples than folds.</exception>
    public static Folds Of(int samples, int count, RandomKey key) => new(samples, Splits.ByCounts(samples, key, Sizes(samples, count)));

    /// <summary>Folds at random in which every class has its share, up to one sample.</summary>
    /// <param name="labels">The class of every sample, whole numbers from 0 on, <c>[samples]</c>.</param>
    /// <param name="count">k, at least 2.</param>
    /// <param name="key">What is drawn from.</param>
    /// <exception cref="DataException">There are fewer samples of a class than folds.</exception>
    public static Folds Stratified(Tensor labels, int count, RandomKey key)
    {
        int samples = ClassLabels.Of(labels, nameof(Stratified)).Length;
        return new Folds(samples, Splits.StratifiedByCounts(labels, key, Sizes(samples, count)));
    }

    private static int[] Sizes(int samples, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        return samples >= count
            ? [.. Enumerable.Range(0, count).Select(fold => (samples / count) + (fold < samples % count ? 1 : 0))]
            : throw new DataException($"{samples} samples are too few for {count} folds");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Count} folds of {_fold.Length} samples";
}
