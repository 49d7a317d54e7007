namespace DataCleaning;

/// <summary>Judges scores that should be high for one class and low for the other.</summary>
public static class RocCurve
{
    /// <summary>The area under the receiver operating characteristic: the probability that a positive scores above a negative, ties counting half.</summary>
    /// <param name="scores">One per sample.</param>
    /// <param name="positive">Whether it is of the class that should score high.</param>
    /// <exception cref="ArgumentException">There are not as many of both, or one of the classes is empty.</exception>
    public static double Area(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        int positives = positive.Count(true), negatives = positive.Length - positives;
        if (scores.Length != positive.Length || positives == 0 || negatives == 0)
        {
            throw new ArgumentException(
                $"{scores.Length} scores for {positives} positives and {negatives} negatives: each sample needs a score, and each class a sample.",
                nameof(scores));
        }

        double[] sorted = scores.ToArray();
        bool[] classes = positive.ToArray();
        Array.Sort(sorted, classes);
        (double area, int below) = (0, 0);
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            for (end = first; end < sorted.Length && sorted[end] == sorted[first]; end++)
            {
            }

            int tied = classes.AsSpan(first..end).Count(true);
            int tiedBelow = end - first - tied;
            area += tied * (below + (0.5 * tiedBelow));
            below += tiedBelow;
        }

        return area / ((double)positives * negatives);
    }
}
