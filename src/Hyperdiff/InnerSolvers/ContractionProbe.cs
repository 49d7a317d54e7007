namespace Hyperdiff;

/// <summary>Looks for modes of a map that decay far more slowly than what was seen of it: powers of its Jacobian on a random vector of a fixed seed.</summary>
/// <remarks>
/// <code>
/// s |μ|ᵏ ‖v‖ ≤ |uᵀJᵏv| ≤ ‖Jᵏv‖,    so that |1 − μ| ≥ 1 − (‖Jᵏv‖/(s‖v‖))^(1/k) for every eigenvalue μ of J,    s = 0.03/√n
/// </code>
/// where u is the left eigenvector, of norm 1, and s the share of v that it has at least, but for one random vector in forty. No basis is kept: for states
/// beyond the cache, to make a vector orthogonal to others takes several times as long as a product with the Jacobian of a layer.
/// </remarks>
internal static class ContractionProbe
{
    private const int MostProducts = 24;

    // a rate from fewer is that of what decays at once
    private const int FewestForecast = 3;

    /// <summary>Looks.</summary>
    /// <param name="matrix">I − J.</param>
    /// <param name="needed">The bound of |1 − μ| that is good enough.</param>
    /// <returns>The bound; 0 if as many products as there may be do not get there, going by the last two.</returns>
    public static (double Slowest, int Products) Look(LinearOperator matrix, double needed)
    {
        if (!(needed < 1))
        {
            return (0, 0);
        }

        LeafVector v = RandomVector.Draw(matrix.InputTypes, seed: 1);
        double share = RandomVector.Share(matrix.InputTypes), enough = Math.Log(1 - needed), last = v.Magnitude();
        double decay = 0;
        for (int k = 1; ; k++)
        {
            v -= matrix * v;
            double norm = v.Magnitude(), rate = Math.Log(norm / last);
            decay += rate;

            // log (‖Jᵏv‖/(s‖v‖)), and what is above the line that it has to reach
            double above = decay - Math.Log(share) - (k * enough);
            if (above <= 0 || norm == 0)
            {
                return (norm == 0 ? 1 : 1 - Math.Exp((decay - Math.Log(share)) / k), k);
            }

            if (!double.IsFinite(above) || k == MostProducts || (k >= FewestForecast && !(above <= (MostProducts - k) * (enough - rate))))
            {
                return (0, k);
            }

            last = norm;
        }
    }
}
