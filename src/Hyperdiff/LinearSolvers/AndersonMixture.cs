using Hyperdiff.Decompositions;

namespace Hyperdiff;

/// <summary>The small problem of Anderson acceleration: weights with the sum 1 for which the weighted residuals cancel best.</summary>
internal static class AndersonMixture
{
    private const double Regularization = 1e-14;

    /// <summary>α: with G = RᵀR the multiple of (G + ρ I)⁻¹ 1 whose sum is 1; rows that are not filled yet have weight 0.</summary>
    /// <param name="gram">G, square.</param>
    /// <param name="filled">How many residuals there are.</param>
    public static double[] Weights(double[] gram, int filled)
    {
        int window = (int)Math.Sqrt(gram.Length);
        double largest = Enumerable.Range(0, filled).Max(i => gram[(i * window) + i]);
        var small = new double[filled, filled];
        for (int i = 0; i < filled; i++)
        {
            for (int j = 0; j < filled; j++)
            {
                small[i, j] = (gram[(i * window) + j] / largest) + (i == j ? Regularization : 0);
            }
        }

        var weights = new double[window];
        double[]? solution = LuFactorization.Of(small)?.Solve(Enumerable.Repeat(1.0, filled).ToArray());
        double sum = solution?.Sum() ?? double.NaN;
        if (double.IsFinite(sum) && sum != 0)
        {
            Array.ConvertAll(solution!, element => element / sum).CopyTo(weights, 0);
        }
        else
        {
            // residuals that overflow have no mixture: the iteration goes on as it is, and its status says how that ends
            weights[0] = 1;
        }

        return weights;
    }
}
