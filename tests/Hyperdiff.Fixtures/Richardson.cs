namespace Hyperdiff.Fixtures;

/// <summary>The derivative of a vector function along a line by central differences, extrapolated, with a bound of its error.</summary>
/// <remarks>
/// Central differences at h, h/2, h/4 have errors <c>c₂h² + c₄h⁴ + c₆h⁶ + …</c>. Two extrapolations remove the first two terms. What the second one changed is
/// larger than what is left, so it bounds the truncation. The rounding of f, a few units in the last place, is divided by the smallest step.
/// Source: Richardson (1911), "The approximate arithmetical solution by finite differences of physical problems involving differential equations", §2.
/// </remarks>
public static class Richardson
{
    /// <summary>The largest step: h⁶ is then 10⁻⁹, and rounding costs two digits and a half.</summary>
    public const double Step = 1.0 / 32;

    /// <summary>Units in the last place that f may be off (4), times what the weights of the extrapolations amplify (less than 4).</summary>
    private const double RoundingUnits = 16;

    /// <summary>The derivative of f at 0, and for each component how far it may be off.</summary>
    public static (double[] Derivative, double[] Bound) Derivative(Func<double, double[]> f)
    {
        double[] Central(double h) => [.. f(h).Zip(f(-h), (plus, minus) => (plus - minus) / (2 * h))];
        (double[] a, double[] b, double[] c) = (Central(Step), Central(Step / 2), Central(Step / 4));
        double scale = f(0).Select(Math.Abs).DefaultIfEmpty().Max();
        double rounding = RoundingUnits * DType.Float64.Epsilon() * Math.Max(scale, 1) / (Step / 4);
        var derivative = new double[a.Length];
        var bound = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            double first = ((4 * b[i]) - a[i]) / 3;
            double second = ((4 * c[i]) - b[i]) / 3;
            derivative[i] = ((16 * second) - first) / 15;
            bound[i] = Math.Abs(derivative[i] - second) + rounding;
        }

        return (derivative, bound);
    }
}
