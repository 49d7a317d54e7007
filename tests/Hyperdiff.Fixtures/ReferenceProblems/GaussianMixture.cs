namespace Hyperdiff.Fixtures.ReferenceProblems;

/// <summary>The log-likelihood of a Gaussian mixture with a Wishart prior, as ADBench has it.</summary>
/// <remarks>
/// With Q_k lower triangular (diagonal exp q_k, below it l_k, column by column), n points of p numbers and K components,
/// <code>
/// ℓ = −½ n p log 2π + Σᵢ logsumexp_k(α_k + Σ q_k − ½‖Q_k (x_i − μ_k)‖²) − n logsumexp(α) + Σ_k (½γ²(‖exp q_k‖² + ‖l_k‖²) − m Σ q_k)
///     − K (n′ p (log γ − ½ log 2) − log Γ_p(½ n′)),   n′ = p + m + 1
/// </code>
/// here for γ = 1 and m = 0. Source: Srajer, Kukelova, Fitzgibbon (2018), "A benchmark of selected algorithmic differentiation tools on some problems in
/// computer vision and machine learning".
/// </remarks>
public static class GaussianMixture
{
    /// <summary>ℓ.</summary>
    /// <param name="alphas">α, of shape [K].</param>
    /// <param name="means">μ, of shape [K, p].</param>
    /// <param name="factors">q and then l, of shape [K, p + p (p − 1)/2].</param>
    /// <param name="x">The points, of shape [n, p].</param>
    public static Tensor LogLikelihood(Tensor alphas, Tensor means, Tensor factors, Tensor x)
    {
        (int n, int p) = (x.Shape[0], x.Shape[1]);
        (Tensor q, Tensor l) = (factors.Slice(1, 0, p, 1), factors.Slice(1, p, factors.Shape[1], 1));
        Tensor turned = (x - means.Unsqueeze(1)).MatMul(Triangles(q.Exp(), l).Permute(0, 2, 1));
        Tensor terms = (alphas + q.Sum(1)).Unsqueeze(1) - (0.5 * turned.Square().Sum(2));
        return terms.LogSumExp(0).Sum() - (n * alphas.LogSumExp(0)) + Prior(q, l) - (0.5 * n * p * Math.Log(2 * Math.PI));
    }

    /// <summary>The part of ℓ that does not depend on the points.</summary>
    /// <param name="q">q, of shape [K, p].</param>
    /// <param name="l">l, of shape [K, p (p − 1)/2].</param>
    public static Tensor Prior(Tensor q, Tensor l)
    {
        (int k, int p) = (q.Shape[0], q.Shape[1]);
        double degrees = p + 1, constant = degrees * p * -0.5 * Math.Log(2);
        Tensor gamma = (p * (p - 1) / 4.0 * Math.Log(Math.PI)) + ((0.5 * degrees) - (0.5 * Tensor.Arange(p).To(q.DType))).LogGamma().Sum();
        return (0.5 * (q.Exp().Square().Sum() + l.Square().Sum())) - (k * (constant - gamma));
    }

    // elements of a row of (diagonal, below it, 0), chosen into a matrix
    private static Tensor Triangles(Tensor diagonal, Tensor below)
    {
        int p = diagonal.Shape[1], next = p;
        int[] places = [.. Enumerable.Repeat(p + below.Shape[1], p * p)];
        for (int column = 0; column < p; column++)
        {
            places[(column * p) + column] = column;
            for (int row = column + 1; row < p; row++)
            {
                places[(row * p) + column] = next++;
            }
        }

        return Tensor.Concat(1, diagonal, below, Tensor.Zeros([diagonal.Shape[0], 1], diagonal.DType)).Take(Tensor.From(places), 1)
            .Reshape(diagonal.Shape[0], p, p);
    }
}
