namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>The log-likelihood of a Gaussian mixture with a Wishart prior, as ADBench has it, on its smallest instance.</summary>
/// <remarks>
/// With Q_k lower triangular (diagonal exp q_k, the rest as it is) and L = ½n d log 2π,
/// <code>
/// ℓ = −L + Σᵢ logsumexp_k(α_k + Σ q_k − ½‖Q_k (x_i − μ_k)‖²) − n logsumexp(α) + Σ_k (½γ²(‖exp q_k‖² + ‖l_k‖²) − m Σ q_k)
///     − K (n′ p (log γ − ½ log 2) − log Γ_p(½ n′)),   n′ = p + m + 1
/// </code>
/// Source: Srajer, Kukelova, Fitzgibbon (2018), "A benchmark of selected algorithmic differentiation tools on some problems in computer vision and machine
/// learning"; instance, value and gradient as
/// published with ADBench (data/gmm/test.txt and its tests), with the tolerance stated there.
/// </remarks>
public sealed class GaussianMixtureTests
{
    private const double PublishedTolerance = 1e-8;
    private const double Value = 8.07380408004975791;

    private static readonly Tensor s_x = Tensor.From(new double[,] { { 1.175171, 2.029160 } });

    // α, then μ by components, then q and l by components
    private static readonly Tensor s_at = Tensor.From(
    [
        -0.649014, 1.181166, -0.758453,
        0.092339, 0.186260, 0.345561, 0.396767, 0.538817, 0.419195,
        0.586443, -0.851887, 0.800321, -1.509405, 0.875874, -0.242790, 0.166813, -1.965419, -1.270071,
    ]);

    private static readonly double[] s_gradient =
    [
        1.08662855508652456e-01, -7.41270039523898472e-01, 6.32607184015246071e-01, 1.11692576532787013, 1.63333013551455269e-01, -2.19989824071193142e-02,
        2.27778292254236098e-01,
        1.20963025612832187, -6.06375920733956339e-02, 2.58529994051162237, 1.12632694524213789e-01, 3.85744309849611777e-01, 7.35180573182305508e-02,
        5.41836362715595232,
        -3.21494409677446469e-01, 1.71892309775004937, 8.60091090790866875e-01, -9.94640930466322848e-01,
    ];

    [Fact]
    public void ValueAndGradient_AreThePublishedOnes()
    {
        ValueAndGradient<Tensor> actual = Diff.ValueAndGrad((Tensor at) => Likelihood(at, s_x), s_at);

        Assert.Equal(Value, actual.Value.ToScalar(), PublishedTolerance);
        Agreement.Near(s_gradient, actual.Gradient, PublishedTolerance);
        Agreement.Near(s_gradient, Diff.JacobianForward(at => Likelihood(at, s_x), s_at), PublishedTolerance);
    }

    [Fact]
    public void ABatchOfPoints_HasTheSumOfTheirLikelihoods_AndTheSumOfTheirHessians()
    {
        // what does not depend on x is counted once per point
        Tensor points = Tensor.From(new double[,] { { 1.175171, 2.029160 }, { -0.3, 0.7 }, { 0.2, -1.1 } });
        Tensor[] rows = [points.Slice(0, 0, 1, 1), points.Slice(0, 1, 2, 1), points.Slice(0, 2, 3, 1)];
        Tensor prior = Diff.Hessian(at => Prior(at), s_at);
        Tensor sum = rows.Select(row => Diff.Hessian(at => Likelihood(at, row), s_at) - prior).Aggregate((a, b) => a + b) + prior;

        Agreement.Near(sum, Diff.Hessian(at => Likelihood(at, points), s_at), Agreement.Roundings(1e3) * sum.Abs().Max().ToScalar());
        Agreement.Near(sum, sum.Transpose(), Agreement.Roundings(1e3) * sum.Abs().Max().ToScalar());
    }

    private static Tensor Likelihood(Tensor at, Tensor x)
    {
        (Tensor alphas, Tensor means, Tensor q, Tensor l) = Parts(at);
        (int n, int d) = (x.Shape[0], x.Shape[1]);
        Tensor centered = x.Unsqueeze(1) - means;
        Tensor scaled = q.Exp() * centered;
        Tensor below = l * centered.Slice(2, 0, 1, 1);
        Tensor squares = scaled.Slice(2, 0, 1, 1).Square().Sum(2) + (scaled.Slice(2, 1, 2, 1) + below).Square().Sum(2);
        Tensor terms = (alphas + q.Sum(1) - (0.5 * squares)).LogSumExp(1);
        return terms.Sum() - (n * alphas.LogSumExp(0)) + Prior(at) - (0.5 * n * d * Math.Log(2 * Math.PI));
    }

    // γ = 1, m = 0
    private static Tensor Prior(Tensor at)
    {
        (_, _, Tensor q, Tensor l) = Parts(at);
        (int k, int p) = (q.Shape[0], q.Shape[1]);
        double degrees = p + 1;
        double constant = degrees * p * -0.5 * Math.Log(2);
        Tensor gamma = (p * (p - 1) / 4.0 * Math.Log(Math.PI)) + (Tensor.Scalar(0.5 * degrees) - (0.5 * Tensor.Arange(p).To(DType.Float64))).LogGamma().Sum();
        return (0.5 * (q.Exp().Square().Sum() + l.Square().Sum())) - (k * (constant - gamma));
    }

    private static (Tensor Alphas, Tensor Means, Tensor Q, Tensor L) Parts(Tensor at)
    {
        Tensor factors = at.Slice(0, 9, 18, 1).Reshape(3, 3);
        return (at.Slice(0, 0, 3, 1), at.Slice(0, 3, 9, 1).Reshape(3, 2), factors.Slice(1, 0, 2, 1), factors.Slice(1, 2, 3, 1));
    }
}
