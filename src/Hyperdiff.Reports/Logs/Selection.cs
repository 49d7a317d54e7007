namespace Hyperdiff.Reports;

/// <summary>Finds what stands at a place of an order without sorting.</summary>
internal static class Selection
{
    private const int Few = 32;

    /// <summary>Puts at a place what would stand there in ascending order, with nothing larger before it and nothing smaller after it.</summary>
    /// <remarks>In time proportional to the number of elements, and never more than that of sorting them: Hoare (1961), "Algorithm 65: find",
    /// doi:10.1145/366622.366647, with medians of three; Musser (1997), "Introspective sorting and selection algorithms",
    /// doi:10.1002/(SICI)1097-024X(199708)27:8&lt;983::AID-SPE117&gt;3.0.CO;2-#, for the bound.</remarks>
    /// <param name="elements">The numbers, none of them NaN; they change places.</param>
    /// <param name="place">Which place, from 0.</param>
    public static void Place(Span<double> elements, int place)
    {
        for (int partitions = 2 * (int)double.Log2(elements.Length + 1); elements.Length > Few && partitions > 0; partitions--)
        {
            (int left, int right) = Split(elements);
            if (place > right && place < left)
            {
                return;
            }

            bool isLower = place <= right;
            elements = isLower ? elements[..(right + 1)] : elements[left..];
            place = isLower ? place : place - left;
        }

        elements.Sort();
    }

    // what is at most the pivot up to `right`, at least the pivot from `left`, and nothing but the pivot between
    private static (int Left, int Right) Split(Span<double> elements)
    {
        double pivot = MedianOf(elements[0], elements[elements.Length / 2], elements[^1]);
        (int left, int right) = (0, elements.Length - 1);
        while (left <= right)
        {
            while (elements[left] < pivot)
            {
                left++;
            }

            while (elements[right] > pivot)
            {
                right--;
            }

            if (left <= right)
            {
                (elements[left], elements[right]) = (elements[right], elements[left]);
                left++;
                right--;
            }
        }

        return (left, right);
    }

    private static double MedianOf(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
