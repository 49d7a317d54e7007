namespace Hyperdiff.Benchmarks.Scaling;

/// <summary><c>y = c xᵃ</c>, fitted by least squares in the logarithms.</summary>
/// <param name="Exponent">a; NaN if some y is not positive.</param>
internal readonly record struct PowerLaw(double Exponent)
{
    /// <summary>Fits some points with different x.</summary>
    public static PowerLaw Fit(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Any(point => point.Y <= 0))
        {
            return new PowerLaw(double.NaN);
        }

        double meanX = points.Average(point => Math.Log(point.X)), meanY = points.Average(point => Math.Log(point.Y));
        double covariance = points.Sum(point => (Math.Log(point.X) - meanX) * (Math.Log(point.Y) - meanY));
        return new PowerLaw(covariance / points.Sum(point => Math.Pow(Math.Log(point.X) - meanX, 2)));
    }
}
