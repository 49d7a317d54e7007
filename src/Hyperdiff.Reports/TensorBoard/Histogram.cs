namespace Hyperdiff.Reports;

/// <summary>How numbers are spread, as TensorBoard's <c>HistogramProto</c>: counts between limits of equal distance.</summary>
internal static class Histogram
{
    private const int Buckets = 30;

    /// <summary>The histogram of the finite ones among numbers; null if there are none.</summary>
    public static ProtoMessage? Of(double[] elements)
    {
        double[] finite = Array.FindAll(elements, double.IsFinite);
        if (finite.Length == 0)
        {
            return null;
        }

        (double least, double most) = (finite.Min(), finite.Max());
        var limits = new double[least < most ? Buckets : 1];
        for (int i = 0; i < limits.Length; i++)
        {
            // a mean of both ends, for their distance may be larger than any number
            double share = (i + 1.0) / limits.Length;
            limits[i] = i == limits.Length - 1 ? most : (least * (1 - share)) + (most * share);
        }

        var counts = new double[limits.Length];
        foreach (double element in finite)
        {
            counts[Array.FindIndex(limits, limit => element <= limit)]++;
        }

        return new ProtoMessage()
            .Double(1, least).Double(2, most).Double(3, finite.Length).Double(4, finite.Sum()).Double(5, finite.Sum(element => element * element))
            .Doubles(6, limits).Doubles(7, counts);
    }
}
