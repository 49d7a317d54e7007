using Hyperdiff.Fixtures.ReferenceProblems;

namespace Hyperdiff.Tests.ReferenceProblems;

/// <summary>The log-likelihood of a Gaussian mixture, on ADBench's smallest instance.</summary>
/// <remarks>Instance, value and gradient as published with ADBench (data/gmm/test.txt and its tests), with the tolerance stated there.</remarks>
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

    private static Tensor Likelihood(Tensor at, Tensor x) =>
        GaussianMixture.LogLikelihood(at.Slice(0, 0, 3, 1), at.Slice(0, 3, 9, 1).Reshape(3, 2), Factors(at), x);

    private static Tensor Prior(Tensor at)
    {
        Tensor factors = Factors(at);
        return GaussianMixture.Prior(factors.Slice(1, 0, 2, 1), factors.Slice(1, 2, 3, 1));
    }

    private static Tensor Factors(Tensor at) => at.Slice(0, 9, 18, 1).Reshape(3, 3);
}
