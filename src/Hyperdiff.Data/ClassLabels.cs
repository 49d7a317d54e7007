namespace Hyperdiff.Data;

/// <summary>Classes of samples, as they are given: whole numbers from 0 on, of any element type.</summary>
internal static class ClassLabels
{
    /// <summary>The classes as integers: those of <c>int32</c> where they lie.</summary>
    /// <param name="labels"><c>[samples]</c>.</param>
    /// <param name="who">The function that asks, for messages.</param>
    public static ReadOnlySpan<int> Of(Tensor labels, string who)
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

        if (labels.DType == DType.Int32)
        {
            ReadOnlySpan<int> given = labels.AsSpan<int>();
            int negative = given.IndexOfAnyInRange(int.MinValue, -1);
            return negative < 0 ? given : throw NoClass(who, negative, given[negative]);
        }

        double[] numbers = labels.To(DType.Float64).ToArray<double>();
        int bad = Array.FindIndex(numbers, number => !(number >= 0 && number <= int.MaxValue && number == Math.Floor(number)));
        return bad < 0 ? Array.ConvertAll(numbers, number => (int)number) : throw NoClass(who, bad, numbers[bad]);
    }

    private static DataException NoClass(string who, int sample, double number) =>
        new($"{who}: sample {sample}: {number} is not a class; classes are whole numbers from 0 on{Cure(1)}");

    // scores, where classes are asked for, are the usual mistake
    private static string Cure(int rank) => rank switch
    {
        1 => "; of scores, pass scores > threshold",
        2 => "; of scores of classes, pass scores.ArgMax(1)",
        _ => string.Empty,
    };
}
