using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Hyperdiff.Data.Tests;

public sealed class SplitTests
{
    private static readonly RandomKey s_key = RandomKey.FromSeed(3);

    // so that every class has a sample in every part
    private static readonly Gen<int[]> s_classSizes = Gen.Choose(8, 25).ArrayOf().Where(sizes => sizes.Length is > 0 and < 5);

    /// <summary>Disjoint parts of exactly the sizes; the same for the same key, and others for another.</summary>
    [Property(Replay = "(4660,22137)", MaxTest = 100)]
    public void Parts_AreDisjointAndOfTheirSizes(PositiveInt first, PositiveInt second, NonNegativeInt rest)
    {
        int samples = first.Get + second.Get + rest.Get;
        var parts = Splits.ByCounts(samples, s_key, first.Get, second.Get);

        Assert.Equal([first.Get, second.Get], parts.Select(part => part.Length));
        int[] all = [.. parts.SelectMany(part => part)];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(all, sample => Assert.InRange(sample, 0, samples - 1));
        Assert.Equal<int>(parts[0], Splits.ByCounts(samples, s_key, first.Get, second.Get)[0]);
    }

    /// <summary>The law of stratification: sizes as asked for, and of every class in every part its share, rounded down or up.</summary>
    [Property(Replay = "(4660,22137)", MaxTest = 200)]
    public Property StratifiedParts_HaveTheirSizes_AndOfEveryClassItsShare() => Prop.ForAll(
        s_classSizes.SelectMany(_ => Gen.Choose(2, 4), (classes, parts) => (Classes: classes, Parts: parts)).ToArbitrary(),
        given =>
        {
            int[] labels = [.. given.Classes.SelectMany((size, label) => Enumerable.Repeat(label, size))];
            int[] sizes = [.. Enumerable.Range(0, given.Parts).Select(part => (labels.Length / given.Parts) + (part < labels.Length % given.Parts ? 1 : 0))];

            var parts = Splits.StratifiedByCounts(Tensor.From(labels), s_key, sizes);

            Assert.Equal(sizes, parts.Select(part => part.Length));
            Assert.Equal(labels.Length, parts.SelectMany(part => part).Distinct().Count());
            for (int label = 0; label < given.Classes.Length; label++)
            {
                for (int part = 0; part < sizes.Length; part++)
                {
                    double share = (double)given.Classes[label] * sizes[part] / labels.Length;
                    int count = parts[part].Count(sample => labels[sample] == label);
                    Assert.True(Math.Abs(count - share) < 1, $"{count} of class {label} in part {part}, and its share is {share}");
                }
            }
        });

    [Fact]
    public void Shares_AreRoundedSoThatAllSamplesAreUsed()
    {
        Assert.All(Enumerable.Range(5, 100), samples =>
        {
            var parts = Splits.ByShares(samples, s_key, 0.6, 0.2, 0.2);
            Assert.Equal(samples, parts.Sum(part => part.Length));
            Assert.All(parts.Zip([0.6, 0.2, 0.2]), pair => Assert.True(Math.Abs(pair.First.Length - (pair.Second * samples)) < 1));
        });
        Assert.Equal([3, 3], Splits.ByShares(30, s_key, 0.1, 0.1).Select(part => part.Length));
    }

    [Fact]
    public void PartsAreInRandomOrder_AlsoWithinClasses()
    {
        Tensor labels = Tensor.From<int>([.. Enumerable.Range(0, 200).Select(i => i / 100)]);

        var part = Splits.StratifiedByShares(labels, s_key, 0.5, 0.5)[0];

        Assert.NotEqual<int>(part.Order(), part);
        Assert.NotEqual<int>(part.OrderBy(sample => sample / 100), part);
        Assert.NotEqual<int>(part, Splits.StratifiedByShares(labels, RandomKey.FromSeed(4), 0.5, 0.5)[0]);
    }

    [Fact]
    public void WhatCannotBeSplit_SaysWhy()
    {
        Assert.Contains("too few", Assert.Throws<DataException>(() => Splits.ByCounts(5, s_key, 3, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("too few", Assert.Throws<DataException>(() => Splits.ByCounts(5, s_key, int.MaxValue, int.MaxValue)).Message, StringComparison.Ordinal);
        Assert.Contains("would have none", Assert.Throws<DataException>(() => Splits.ByShares(3, s_key, 0.9, 0.1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Splits.ByCounts(5, s_key, 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Splits.ByCounts(5, s_key));
        Assert.Throws<ArgumentOutOfRangeException>(() => Splits.ByShares(5, s_key, 0.6, 0.6));
        Assert.Throws<ArgumentOutOfRangeException>(() => Splits.ByShares(5, s_key, double.NaN));
        Tensor rare = Tensor.From([0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
        Assert.Equal("1 samples of class 7 are too few: part 2 of 2 samples would have none. Take larger parts, or do not stratify.",
            Assert.Throws<DataException>(() => Splits.StratifiedByShares(rare, s_key, 0.8, 0.2)).Message);
        Assert.Throws<DataException>(() => Splits.StratifiedByCounts(Tensor.From([0.5, 1]), s_key, 1));
        Assert.Throws<ShapeMismatchException>(() => Splits.StratifiedByCounts(Tensor.Zeros([2, 2]), s_key, 1));
        Assert.Throws<DataException>(() => Folds.Of(3, 4, s_key));
        Assert.Throws<ArgumentOutOfRangeException>(() => Folds.Of(3, 1, s_key));
    }

    [Property(Replay = "(4660,22137)", MaxTest = 50)]
    public void Folds_HoldOutEverySampleOnce(PositiveInt more, bool stratified)
    {
        int samples = 20 + more.Get, count = 2 + (more.Get % 4);
        int[] labels = [.. Enumerable.Range(0, samples).Select(i => i % 3)];

        Folds folds = stratified ? Folds.Stratified(Tensor.From(labels), count, s_key) : Folds.Of(samples, count, s_key);

        Assert.Equal(Enumerable.Range(0, samples), Enumerable.Range(0, count).SelectMany(fold => folds[fold].Validation).Order());
        Assert.All(Enumerable.Range(0, count), fold =>
        {
            Assert.Equal(Enumerable.Range(0, samples), folds[fold].Train.Concat(folds[fold].Validation).Order());
            Assert.Equal<int>(folds[fold].Validation, Enumerable.Range(0, samples).Where(sample => folds.Assignment[sample].AsSpan<int>()[0] == fold));
            Assert.InRange(folds[fold].Validation.Length, samples / count, (samples / count) + 1);
        });
        Assert.Throws<ArgumentOutOfRangeException>(() => folds[count]);
    }

    [Property(Replay = "(4660,22137)", MaxTest = 50)]
    public void Minibatches_OfAnEpoch_AreAPermutation(PositiveInt some, PositiveInt of)
    {
        int size = Math.Min(some.Get, of.Get), samples = Math.Max(some.Get, of.Get), steps = Minibatches.PerEpoch(samples, size);

        int[][] first = Epoch(0), second = Epoch(1);

        Assert.Equal(Enumerable.Range(0, samples), first.SelectMany(batch => batch).Order());
        Assert.Equal(Enumerable.Range(0, samples), second.SelectMany(batch => batch).Order());
        Assert.Equal(first, Epoch(0));
        Assert.True(samples < 10 || !first.SelectMany(batch => batch).SequenceEqual(second.SelectMany(batch => batch)));
        int[] drawn = Minibatches.Draw(samples, size, s_key).ToArray<int>();
        Assert.Equal((size, size), (drawn.Length, drawn.Distinct().Count()));
        Assert.All(drawn, sample => Assert.InRange(sample, 0, samples - 1));
        Assert.Equal(drawn.Order(), drawn);

        // the same where the key is known only later, as within a step that is traced
        if (size <= 200)
        {
            Tensor traced = Diff.Vmap((Tensor step) => Minibatches.Draw(samples, size, s_key.Fold(step)), Tensor.Arange(2));
            Assert.All(Enumerable.Range(0, 2), k =>
                Assert.Equal(Minibatches.Draw(samples, size, s_key.Fold(k)).ToArray<int>(), traced[k].ToArray<int>()));
        }

        int[][] Epoch(int epoch) => [.. Enumerable.Range(epoch * steps, steps).Select(step => Minibatches.OfEpoch(samples, size, s_key, step).ToArray<int>())];
    }

    // the time is that of what is drawn: a permutation of 2³⁰ numbers would not fit
    [Fact]
    public void AMinibatch_OfAnyNumberOfSamples_CostsWhatItDraws()
    {
        int[] drawn = Minibatches.Draw(1 << 30, 100, s_key).ToArray<int>();

        Assert.Equal(100, drawn.Distinct().Count());
        Assert.InRange(drawn[^1], 1 << 28, (1 << 30) - 1);
    }

    // ten pairs are equally likely: a chi-square of nine degrees of freedom is above 27.9 once in a thousand times
    [Fact]
    public void AMinibatch_IsAnySubsetAlike()
    {
        const int draws = 5000;
        double[] counts = [.. Enumerable.Range(0, draws).Select(i => string.Join(' ', Minibatches.Draw(5, 2, s_key.Fold(i)).ToArray<int>()))
            .GroupBy(pair => pair).Select(pair => (double)pair.Count())];

        Assert.Equal(10, counts.Length);
        Assert.InRange(counts.Sum(count => (count - (draws / 10)) * (count - (draws / 10)) / (draws / 10.0)), 0, 27.9);
    }

    [Fact]
    public void SeveralKeys_AreRefused() =>
        Assert.Contains("index one of them", Assert.Throws<ArgumentException>(() => Minibatches.Draw(5, 2, s_key.SplitBatch(3))).Message,
            StringComparison.Ordinal);

    // the order of an epoch is kept between its steps: no other key, epoch or number of samples may see it
    [Fact]
    public void OrdersOfEpochs_AreFunctionsOfKeyAndStep()
    {
        (RandomKey Key, int Samples, int Step)[] asked =
            [(s_key, 10, 0), (s_key.Fold(1), 10, 0), (s_key, 11, 0), (s_key, 10, 5), (s_key, 10, 1), (s_key, 10, 0)];
        int[][] alone = [.. asked.Select(each => each.Key.Fold(each.Step / Minibatches.PerEpoch(each.Samples, 2)).Permutation(each.Samples).ToArray<int>()
            [(2 * (each.Step % Minibatches.PerEpoch(each.Samples, 2)))..][..2])];

        Assert.Equal(alone, asked.Select(each => Minibatches.OfEpoch(each.Samples, 2, each.Key, each.Step).ToArray<int>()));
        Tensor traced = Diff.Vmap((Tensor k) => Minibatches.OfEpoch(10, 2, s_key.Fold(k), 1), Tensor.Arange(2));
        Assert.Equal(Minibatches.OfEpoch(10, 2, s_key.Fold(1), 1).ToArray<int>(), traced[1].ToArray<int>());
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(5, 6)]
    [InlineData(0, 1)]
    [InlineData(5, -1)]
    public void Minibatches_OfImpossibleSizes_AreRefused(int samples, int size)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Minibatches.Draw(samples, size, s_key));
        Assert.Throws<ArgumentOutOfRangeException>(() => Minibatches.OfEpoch(samples, size, s_key, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Minibatches.PerEpoch(samples, size));
    }
}
