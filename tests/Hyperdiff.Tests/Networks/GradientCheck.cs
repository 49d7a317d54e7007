using Hyperdiff.Fixtures;

namespace Hyperdiff.Tests.Networks;

/// <summary>Compares the gradient of a scalar function of several tensors with extrapolated differences, along a random line in each of them.</summary>
internal static class GradientCheck
{
    private const double Tolerance = 1e-9;

    /// <summary>Shortens the steps: the truncation falls by its sixth power, to nothing; the rounding grows by its inverse, to 10⁻¹¹ of the values.</summary>
    private const double Scale = 1.0 / 16;

    public static void Assert(Func<Tensor[], Tensor> function, params Tensor[] at)
    {
        Tensor[] gradient = Diff.Grad(function, at);
        for (int i = 0; i < at.Length; i++)
        {
            Tensor direction = RandomKey.FromSeed(i).Normal(at[i].Shape);
            (double[] slope, double[] bound) = Richardson.Derivative(t =>
            {
                Tensor[] moved = [.. at];
                moved[i] = at[i] + (t * Scale * direction);
                return [function(moved).ToScalar()];
            });
            double expected = slope[0] / Scale;
            double actual = (gradient[i] * direction).Sum().ToScalar();
            double size = Math.Max(1, Math.Abs(expected));
            Xunit.Assert.True(bound[0] / Scale <= Tolerance * size, $"argument {i}: differences hold to {bound[0] / Scale} only");
            Xunit.Assert.True(Math.Abs(expected - actual) <= Tolerance * size, $"argument {i}: expected {expected}, got {actual}");
        }
    }
}
