namespace Hyperdiff.Data;

/// <content>Of scores and probabilities.</content>
public static partial class Metrics
{
    // of the sum of probabilities that were computed in float32 for thousands of classes
    private const double SumTolerance = 1e-3;

    /// <summary>The area under the receiver operating characteristic: the probability that a sample of class 1 scores above one of class 0, where ties count
    /// half. Source: Hanley and McNeil (1982), doi:10.1148/radiology.143.1.7063747.</summary>
    /// <param name="scores">Any numbers but NaN, <c>[samples]</c>, higher for class 1.</param>
    /// <param name="labels">The classes, 0 or 1, <c>[samples]</c>.</param>
    /// <exception cref="DataException">All samples are of one class, or a score is NaN.</exception>
    public static double Auc(Tensor scores, Tensor labels)
    {
        RequireVector(scores, nameof(Auc));
        double[] sorted = Numbers(scores, nameof(Auc), mayBeInfinite: true).ToArray();
        return Area(sorted, Positives(labels, sorted.Length, nameof(Auc)), 1);
    }

    /// <summary>The mean over classes of the <see cref="Auc"/> by which the score of a class tells it from all others.</summary>
    /// <param name="scores">Any numbers but NaN, <c>[samples, classes]</c>.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    /// <exception cref="DataException">A class has no samples, or all of them.</exception>
    public static double MacroAuc(Tensor scores, Tensor labels)
    {
        (double[] numbers, int[] truth, int classes) = Rows(scores, labels, nameof(MacroAuc), mayBeInfinite: true);
        return Enumerable.Range(0, classes).Average(k => Area(
            [.. Enumerable.Range(0, truth.Length).Select(i => numbers[(i * classes) + k])], Array.ConvertAll(truth, label => label == k), k));
    }

    /// <summary>How far confidence is from accuracy, the expected calibration error: samples in bins of equal width by their confidence, and the mean of
    /// <c>|accuracy − mean confidence|</c> over bins, each weighted by its samples. Source: Guo and others (2017), "On calibration of modern neural networks",
    /// equation 3.</summary>
    /// <remarks>For probabilities <c>[samples, classes]</c> the confidence is the largest one, and accurate is a sample whose class it is of (ties: the first).
    /// For <c>[samples]</c>, of class 1 in classes 0 and 1, the mean probability of a bin is compared with the part that is of class 1. Bin m of M holds
    /// <c>((m − 1)/M, m/M]</c>, the first one 0 as well.</remarks>
    /// <param name="probabilities"><c>[samples]</c> or <c>[samples, classes]</c>, from 0 to 1.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    /// <param name="bins">M.</param>
    /// <exception cref="DataException">These are no probabilities.</exception>
    public static double CalibrationError(Tensor probabilities, Tensor labels, int bins = 15)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        (double Confidence, bool IsRight)[] samples = Confidences(probabilities, labels);
        return samples.GroupBy(sample => Bin(sample.Confidence, bins)).OrderBy(bin => bin.Key)
            .Sum(bin => Math.Abs(bin.Sum(sample => (sample.IsRight ? 1 : 0) - sample.Confidence))) / samples.Length;
    }

    /// <summary>The mean square of what probabilities are off: <c>(1/n) Σᵢ Σₖ (pᵢₖ − [yᵢ = k])²</c>, or <c>(1/n) Σᵢ (pᵢ − yᵢ)²</c> of probabilities of class
    /// 1, which is
    /// half of it. Source: Brier (1950), "Verification of forecasts expressed in terms of probability", equation 2.</summary>
    /// <param name="probabilities"><c>[samples]</c> or <c>[samples, classes]</c>, from 0 to 1.</param>
    /// <param name="labels">The classes, <c>[samples]</c>.</param>
    /// <exception cref="DataException">These are no probabilities.</exception>
    public static double Brier(Tensor probabilities, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Rank == 1)
        {
            (double[] single, bool[] positive) = Binary(probabilities, labels, nameof(Brier));
            return single.Zip(positive).Average(pair => Square(pair.First - (pair.Second ? 1 : 0)));
        }

        (double[] p, int[] truth, int classes) = Distributions(probabilities, labels, nameof(Brier));
        return Enumerable.Range(0, truth.Length).Average(i => Enumerable.Range(0, classes).Sum(k => Square(p[(i * classes) + k] - (truth[i] == k ? 1 : 0))));
    }

    private static (double Confidence, bool IsRight)[] Confidences(Tensor probabilities, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Rank == 1)
        {
            (double[] single, bool[] positive) = Binary(probabilities, labels, nameof(CalibrationError));
            return [.. single.Zip(positive)];
        }

        (double[] p, int[] truth, int classes) = Distributions(probabilities, labels, nameof(CalibrationError));
        return [.. truth.Select((label, i) =>
        {
            int best = Enumerable.Range(0, classes).MaxBy(k => p[(i * classes) + k]);
            return (p[(i * classes) + best], best == label);
        })];
    }

    // the bin whose borders, as rounded, hold the confidence
    private static int Bin(double confidence, int bins)
    {
        int bin = Math.Clamp((int)Math.Ceiling(confidence * bins) - 1, 0, bins - 1);
        return bin > 0 && confidence <= (double)bin / bins ? bin - 1 : bin + 1 < bins && confidence > (bin + 1.0) / bins ? bin + 1 : bin;
    }

    private static double Area(double[] scores, bool[] positive, int label)
    {
        int positives = positive.AsSpan().Count(true), negatives = positive.Length - positives;
        if (positives == 0 || negatives == 0)
        {
            throw new DataException($"Metrics.Auc: {positives} samples are of class {label} and {negatives} of others; pairs need both");
        }

        Array.Sort(scores, positive);
        (double area, int below) = (0, 0);
        for (int first = 0, end; first < scores.Length; first = end)
        {
            for (end = first; end < scores.Length && scores[end] == scores[first]; end++)
            {
            }

            int tied = positive.AsSpan(first..end).Count(true), tiedBelow = end - first - tied;
            area += tied * (below + (0.5 * tiedBelow));
            below += tiedBelow;
        }

        return area / ((double)positives * negatives);
    }

    private static (double[] Probabilities, bool[] Positive) Binary(Tensor probabilities, Tensor labels, string who)
    {
        double[] p = Numbers(probabilities, who).ToArray();
        RequireProbabilities(p, who);
        return (p, Positives(labels, p.Length, who));
    }

    private static (double[] Probabilities, int[] Labels, int Classes) Distributions(Tensor probabilities, Tensor labels, string who)
    {
        (double[] p, int[] truth, int classes) = Rows(probabilities, labels, who, mayBeInfinite: false);
        RequireProbabilities(p, who);
        for (int i = 0; i < truth.Length; i++)
        {
            double sum = p.AsSpan(i * classes, classes).ToArray().Sum();
            if (Math.Abs(sum - 1) > SumTolerance)
            {
                throw new DataException($"Metrics.{who}: the probabilities of sample {i} add up to {sum}, not to 1");
            }
        }

        return (p, truth, classes);
    }

    private static (double[] Scores, int[] Labels, int Classes) Rows(Tensor scores, Tensor labels, string who, bool mayBeInfinite)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Rank != 2)
        {
            throw new ShapeMismatchException($"Metrics.{who}: a number per sample and class is [samples, classes], not {scores.Shape}.");
        }

        double[] numbers = Numbers(scores, who, mayBeInfinite).ToArray();
        int[] truth = Labels(labels, scores.Shape[0], who).ToArray();
        int bad = Array.FindIndex(truth, label => label >= scores.Shape[1]);
        return bad < 0 ? (numbers, truth, scores.Shape[1])
            : throw new DataException($"Metrics.{who}: sample {bad} is of class {truth[bad]}, and there are scores of {scores.Shape[1]} classes from 0 on");
    }

    private static void RequireProbabilities(double[] numbers, string who)
    {
        int bad = Array.FindIndex(numbers, p => p is < 0 or > 1);
        if (bad >= 0)
        {
            throw new DataException($"Metrics.{who}: element {bad}, {numbers[bad]}, is no probability; Softmax or Sigmoid makes some of logits");
        }
    }

    private static double Square(double x) => x * x;
}
