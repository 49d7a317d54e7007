namespace Hyperdiff.Examples.Tests;

public sealed class QuartilesTests
{
    [Theory]
    [InlineData(new double[] { 5, 1, 4, 2, 3 }, 1.0, 2.0, 3.0, 4.0, 5.0)]
    [InlineData(new double[] { 4, 1, 2, 3 }, 1.0, 1.75, 2.5, 3.25, 4.0)]
    [InlineData(new double[] { 7 }, 7.0, 7.0, 7.0, 7.0, 7.0)]
    public void Of_Values_InterpolatesBetweenTheSortedOnes(double[] values, double minimum, double lower, double median, double upper, double maximum) =>
        Assert.Equal(new Quartiles(minimum, lower, median, upper, maximum), Quartiles.Of(values));
}
