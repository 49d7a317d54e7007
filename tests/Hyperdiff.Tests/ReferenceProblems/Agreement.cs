namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>Comparison of tensors with numbers that were published or derived by hand.</summary>
internal static class Agreement
{
    /// <summary>The error of so many roundings of float64, relative.</summary>
    public static double Roundings(double count) => count * DType.Float64.Epsilon();

    /// <summary>All elements agree up to an absolute tolerance.</summary>
    public static void Near(ReadOnlySpan<double> expected, Tensor actual, double tolerance)
    {
        double[] numbers = actual.ToArray<double>();
        Assert.Equal(expected.Length, numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - numbers[i]) <= tolerance, $"element {i}: {numbers[i]:R} instead of {expected[i]:R}, tolerance {tolerance:G2}");
        }
    }

    /// <summary>Shapes are equal, and elements agree up to an absolute tolerance.</summary>
    public static void Near(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Near(expected.ToArray<double>(), actual, tolerance);
    }
}
