namespace Hyperdiff.Data;

/// <summary>Classes of samples, as they are given: whole numbers from 0 on, of any element type.</summary>
internal static class ClassLabels
{
    /// <summary>The classes as integers.</summary>
    /// <param name="labels"><c>[samples]</c>.</param>
    /// <param name="who">The function that asks, for messages.</param>
    public static int[] Of(Tensor labels, string who)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Rank != 1)
        {
            throw new ShapeMismatchException($"{who}: classes are [samples], not {labels.Shape}{Cure(labels.Rank)}.");
        }

        if (labels.Shape[0] == 0)
        {
            throw new DataException($"{who}: there is no sample");
        }

        double[] numbers = labels.To(DType.Float64).ToArray<double>();
        int bad = Array.FindIndex(numbers, number => !(number >= 0 && number <= int.MaxValue && number == Math.Floor(number)));
        return bad < 0 ? Array.ConvertAll(numbers, number => (int)number)
            : throw new DataException($"{who}: sample {bad}: {numbers[bad]} is not a class; classes are whole numbers from 0 on{Cure(1)}");
    }

    // scores, where classes are asked for, are the usual mistake
    private static string Cure(int rank) => rank switch
    {
        1 => "; of scores, pass scores > threshold",
        2 => "; of scores of classes, pass scores.ArgMax(1)",
        _ => string.Empty,
    };
}
