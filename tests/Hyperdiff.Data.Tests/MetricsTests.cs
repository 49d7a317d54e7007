using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Hyperdiff.Data.Tests;

/// <summary>Each metric against its definition, written as slowly as it reads.</summary>
public sealed class MetricsTests
{
    // sums of some tens of numbers of size 1
    private const double Rounding = 1e-13;

    // few values, so that there are ties
    private static readonly Gen<(int Score, int Label)[]> s_binary =
        (from score in Gen.Choose(-3, 3) from label in Gen.Choose(0, 1) select (score, label)).ArrayOf()
        .Where(pairs => pairs.Any(pair => pair.label == 0) && pairs.Any(pair => pair.label == 1));

    private static readonly Gen<(int Guess, int Label)[]> s_classes =
        (from guess in Gen.Choose(0, 3) from label in Gen.Choose(0, 3) select (guess, label)).ArrayOf().Where(pairs => pairs.Length > 0);

    [Property(Replay = "(4660,22137)", MaxTest = 200)]
    public Property Auc_IsTheShareOfPairsInOrder() => Prop.ForAll(s_binary.ToArbitrary(), pairs =>
    {
        double sum = 0;
        int count = 0;
        foreach (int high in pairs.Where(pair => pair.Label == 1).Select(pair => pair.Score))
        {
            foreach (int low in pairs.Where(pair => pair.Label == 0).Select(pair => pair.Score))
            {
                (sum, count) = (sum + (high > low ? 1 : high == low ? 0.5 : 0), count + 1);
            }
        }

        Assert.Equal(sum / count, Metrics.Auc(Numbers(pairs.Select(pair => (double)pair.Score)), Integers(pairs.Select(pair => pair.Label))), Rounding);
    });

    [Property(Replay = "(4660,22137)", MaxTest = 200)]
    public Property ClassMetrics_AreThoseOfTheirCounts() => Prop.ForAll(s_classes.ToArbitrary(), pairs =>
    {
        (Tensor guesses, Tensor labels) = (Integers(pairs.Select(pair => pair.Guess)), Integers(pairs.Select(pair => pair.Label)));
        int Count(Func<(int Guess, int Label), bool> isMeant) => pairs.Count(isMeant);
        double Precision(int k) => (double)Count(p => p.Guess == k && p.Label == k) / Count(p => p.Guess == k);
        double Recall(int k) => (double)Count(p => p.Guess == k && p.Label == k) / Count(p => p.Label == k);
        double F1(int k) => 2.0 * Count(p => p.Guess == k && p.Label == k) / (Count(p => p.Guess == k) + Count(p => p.Label == k));

        Assert.Equal((double)Count(p => p.Guess == p.Label) / pairs.Length, Metrics.Accuracy(guesses, labels), Rounding);
        Assert.All(Enumerable.Range(0, 4), k =>
        {
            Assert.Equal(Precision(k), Metrics.Precision(guesses, labels, k), Rounding);
            Assert.Equal(Recall(k), Metrics.Recall(guesses, labels, k), Rounding);
            Assert.Equal(F1(k), Metrics.F1(guesses, labels, k), Rounding);
            Assert.All(Enumerable.Range(0, 4), j => Assert.Equal(Count(p => p == (j, k)), Metrics.Confusion(guesses, labels, 4)[k, j].AsSpan<int>()[0]));
        });
        int[] occurring = [.. pairs.SelectMany(p => new[] { p.Guess, p.Label }).Distinct()];
        Assert.Equal(occurring.Average(k => double.IsNaN(Precision(k)) ? 0 : Precision(k)), Metrics.MacroPrecision(guesses, labels, undefined: 0), Rounding);
        Assert.Equal(occurring.Average(F1), Metrics.MacroF1(guesses, labels), Rounding);
        Assert.Equal(pairs.Select(p => p.Label).Distinct().Average(Recall), Metrics.MacroRecall(guesses, labels), Rounding);
    });

    [Property(Replay = "(4660,22137)", MaxTest = 200)]
    public Property CalibrationAndBrier_AreTheirDefinitions() => Prop.ForAll(
        (from p in Gen.Choose(0, 20) from label in Gen.Choose(0, 1) select (p / 20.0, label)).ArrayOf().Where(pairs => pairs.Length > 0).ToArbitrary(),
        Gen.Choose(1, 10).ToArbitrary(),
        (pairs, bins) =>
        {
            (Tensor p, Tensor labels) = (Numbers(pairs.Select(pair => pair.Item1)), Integers(pairs.Select(pair => pair.label)));
            double expected = 0;
            for (int m = 0; m < bins; m++)
            {
                var bin = pairs.Where(pair => pair.Item1 <= (m + 1.0) / bins && (pair.Item1 > (double)m / bins || (m == 0 && pair.Item1 == 0))).ToArray();
                expected += bin.Length == 0 ? 0
                    : (double)bin.Length / pairs.Length * Math.Abs(bin.Average(pair => (double)pair.label) - bin.Average(pair => pair.Item1));
            }

            Assert.Equal(expected, Metrics.CalibrationError(p, labels, bins), Rounding);
            Assert.Equal(pairs.Average(pair => Math.Pow(pair.Item1 - pair.label, 2)), Metrics.Brier(p, labels), Rounding);

            // the same as two classes
            Tensor both = Tensor.Stack(1, 1 - p, p);
            Assert.Equal(2 * Metrics.Brier(p, labels), Metrics.Brier(both, labels), Rounding);
        });

    /// <summary>What a loop asks for at every step reads classes and numbers where they lie.</summary>
    [Fact]
    public void MeasuresOfEveryStep_AllocateNothingOfTheirSamples()
    {
        Tensor numbers = RandomKey.FromSeed(1).Normal([20_000]), others = numbers + 1, classes = RandomKey.FromSeed(2).Integers([20_000], 0, 10);
        Func<double>[] measures =
        [
            () => Metrics.Accuracy(classes, classes), () => Metrics.Rmse(numbers, others), () => Metrics.RSquared(others, numbers),
            () => Metrics.Confusion(classes, classes, 10).Shape[0],
        ];

        Assert.All(measures, measure =>
        {
            measure();
            long least = Enumerable.Range(0, 5).Min(_ =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                measure();
                return GC.GetAllocatedBytesForCurrentThread() - before;
            });

            // messages' names, and the table of ten classes twice
            Assert.InRange(least, 0, 4_000);
        });
    }

    [Fact]
    public void ScoresInsteadOfClasses_AreRefusedWithTheRemedy()
    {
        Tensor labels = Tensor.From([0, 1]);

        Assert.EndsWith("of scores, pass scores > threshold", Assert.Throws<DataException>(() => Metrics.Accuracy(Tensor.From([0.3, 0.9]), labels)).Message,
            StringComparison.Ordinal);
        Assert.Contains("of scores of classes, pass scores.ArgMax(1)",
            Assert.Throws<ShapeMismatchException>(() => Metrics.F1(Tensor.Zeros([2, 3]), labels)).Message, StringComparison.Ordinal);
        Assert.Equal(1, Metrics.Accuracy(Tensor.From([0.3, 0.9]) > 0.5, labels));
    }

    /// <summary>As many bins as there are numbers: each sample is in one of its own, and the empty ones take no memory.</summary>
    [Fact]
    public void CalibrationOfManyBins_IsThatOfEachSample() =>
        Assert.Equal((0.2 + 0.4) / 2, Metrics.CalibrationError(Tensor.From([0.8, 0.4]), Tensor.From([1, 0]), int.MaxValue), Rounding);

    [Fact]
    public void CalibrationOfManyClasses_ComparesTheLargestProbabilityWithAccuracy()
    {
        Tensor p = Tensor.From(new[,] { { 0.8, 0.1, 0.1 }, { 0.1, 0.75, 0.15 }, { 0.2, 0.2, 0.6 } });

        // bins of a half: all three in the second, two of them right
        Assert.Equal(Math.Abs((2 / 3.0) - ((0.8 + 0.75 + 0.6) / 3)), Metrics.CalibrationError(p, Tensor.From([0, 1, 0]), bins: 2), Rounding);
        Assert.Equal(1 - (2 / 3.0), 1 - Metrics.Accuracy(p.ArgMax(1), Tensor.From([0, 1, 0])), Rounding);
    }

    [Property(Replay = "(4660,22137)", MaxTest = 100)]
    public void NumberMetrics_AreTheirDefinitions_InAnyUnit(NonEmptyArray<int> predicted, bool huge)
    {
        double unit = huge ? 1e300 : 1;
        double[] p = [.. predicted.Get.Select(x => x / 7.0)], y = [.. p.Select((x, i) => (x * 0.5) + (i % 3))];
        (Tensor given, Tensor targets) = (Numbers(p) * unit, Numbers(y) * unit);

        double rmse = Math.Sqrt(p.Zip(y).Average(pair => Math.Pow(pair.First - pair.Second, 2)));
        Assert.Equal(rmse, Metrics.Rmse(given, targets) / unit, Rounding * (1 + rmse));
        if (y.Distinct().Count() > 1)
        {
            // where the targets spread little, their variance has rounding of their size
            double spread = y.Sum(t => Math.Pow(t - y.Average(), 2)), expected = 1 - (p.Zip(y).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / spread);
            Assert.Equal(expected, Metrics.RSquared(given, targets), Rounding * (1 + Math.Abs(expected)) * (1 + (y.Sum(t => t * t) / spread)));
        }
    }

    [Fact]
    public void MacroAuc_IsTheMeanOfOneAgainstTheOthers()
    {
        Tensor scores = RandomKey.FromSeed(1).Normal([40, 3]);
        Tensor labels = Integers(Enumerable.Range(0, 40).Select(i => i % 3));

        double mean = Enumerable.Range(0, 3).Average(k => Metrics.Auc(scores[.., k], labels.Equal(k)));

        Assert.Equal(mean, Metrics.MacroAuc(scores, labels), Rounding);
    }

    [Theory]
    [InlineData(new double[] { 5, 1, 4, 2, 3 }, 1.0, 2.0, 3.0, 4.0, 5.0)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 1.0, 1.75, 2.5, 3.25, 4.0)]
    [InlineData(new double[] { 7 }, 7.0, 7.0, 7.0, 7.0, 7.0)]
    public void Quantile_InterpolatesBetweenTheSortedOnes(double[] values, params double[] quartiles)
    {
        Assert.Equal(quartiles, new[] { 0, 0.25, 0.5, 0.75, 1 }.Select(share => Metrics.Quantile(Tensor.From(values), share)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.Quantile(Tensor.From(values), 1.1));
        Assert.Throws<DataException>(() => Metrics.Quantile(Tensor.Zeros([0]), 0.5));
    }

    [Fact]
    public void InfiniteScores_AreScores() =>
        Assert.Equal(1, Metrics.Auc(Tensor.From([double.NegativeInfinity, 0, double.PositiveInfinity]), Tensor.From([0, 1, 1])));

    [Fact]
    public void WhatIsNotDefined_IsWhatTheCallerSays_OrNaN()
    {
        (Tensor none, Tensor labels) = (Tensor.From([0, 0]), Tensor.From([1, 0]));

        Assert.True(double.IsNaN(Metrics.Precision(none, labels)));
        Assert.Equal(0, Metrics.Precision(none, labels, undefined: 0));
        Assert.True(double.IsNaN(Metrics.Recall(none, none)));
        Assert.True(double.IsNaN(Metrics.F1(none, none)));
        Assert.Equal(0, Metrics.F1(none, labels));
    }

    [Fact]
    public void BadInputs_AreRefused_ByEveryMetric()
    {
        (Tensor two, Tensor three) = (Tensor.From([0, 1]), Tensor.From([0, 1, 1]));
        (Tensor p, Tensor nan, Tensor empty) = (Tensor.From([0.2, 0.4]), Tensor.From([0.2, double.NaN]), Tensor.Zeros([0], DType.Int32));
        Func<Tensor, Tensor, double>[] ofClasses = [Metrics.Accuracy, (a, b) => Metrics.Precision(a, b), (a, b) => Metrics.Recall(a, b), (a, b) =>
            Metrics.F1(a, b),
            (a, b) => Metrics.MacroPrecision(a, b), Metrics.MacroRecall, Metrics.MacroF1, (a, b) => Metrics.Confusion(a, b, 2).Rank];
        Func<Tensor, Tensor, double>[] ofNumbers = [Metrics.Rmse, Metrics.RSquared];
        Func<Tensor, Tensor, double>[] ofScores = [Metrics.Auc, (a, b) => Metrics.CalibrationError(a, b), Metrics.Brier];

        foreach (var metric in (Func<Tensor, Tensor, double>[])[.. ofClasses, .. ofNumbers, .. ofScores])
        {
            Assert.Throws<ShapeMismatchException>(() => metric(two, three));
            Assert.Throws<DataException>(() => metric(empty, empty));
            Assert.Throws<DataException>(() => metric(nan, two));
            Assert.Throws<ArgumentNullException>(() => metric(null!, two));
            Assert.Throws<ArgumentNullException>(() => metric(two, null!));
        }

        Assert.All([.. ofClasses, .. ofScores], metric =>
        {
            Assert.Throws<DataException>(() => metric(two, Tensor.From([0.5, 1])));
            Assert.Throws<DataException>(() => metric(two, Tensor.From([-1, 1])));
            Assert.Throws<ShapeMismatchException>(() => metric(two, Tensor.Zeros([2, 1])));
        });
        Assert.All(ofNumbers, metric => Assert.Throws<DataException>(() => metric(p, Tensor.From([1, double.PositiveInfinity]))));
        Assert.All(ofScores, metric => Assert.Throws<DataException>(() => metric(p, Tensor.From([0, 2]))));
        Assert.Throws<DataException>(() => Metrics.Auc(p, Tensor.From([1, 1])));
        Assert.Throws<DataException>(() => Metrics.Brier(Tensor.From([0.2, 1.4]), two));
        Assert.Throws<DataException>(() => Metrics.CalibrationError(Tensor.From(new[,] { { 0.9, 0.9 }, { 0.5, 0.5 } }), two));
        Assert.Throws<DataException>(() => Metrics.Brier(Tensor.From(new[,] { { 0.1, 0.9 }, { 0.5, 0.5 } }), Tensor.From([0, 2])));
        Assert.Throws<DataException>(() => Metrics.MacroAuc(Tensor.Zeros([2, 3]), two));
        Assert.Throws<DataException>(() => Metrics.RSquared(p, Tensor.Full([2], 0.1)));
        Assert.Throws<DataException>(() => Metrics.Confusion(two, two, 1));
        Assert.ThrowsAny<ArgumentException>(() => Metrics.Confusion(two, two, int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.CalibrationError(p, two, 0));
    }

    private static Tensor Numbers(IEnumerable<double> numbers) => Tensor.From<double>([.. numbers]);

    private static Tensor Integers(IEnumerable<int> numbers) => Tensor.From<int>([.. numbers]);
}
