namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Certificates where what rounding did before is not small against what follows: squares of what cancels to zero, choices and whole numbers at
/// their borders. In float32, against the same problem without the constant in float64.</summary>
public sealed class CertificateSpreadTests
{
    private static readonly double[] s_constants = [1e2, 1e4, 1e6, 1e7];

    // functions of λ and of λ beside a constant, which is λ but for rounding
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> s_functions = new()
    {
        ["square"] = (_, z) => z.Square(),
        ["product"] = (x, z) => z * ((0.7 * z) - x),
        ["cosine"] = (_, z) => z.Cos(),
        ["hyperbolic cosine"] = (_, z) => z.Cosh(),
        ["power"] = (_, z) => z.Pow(3),
        ["uneven power"] = (_, z) => z.Pow(2.5),
        ["power of a power"] = (x, z) => (1 + z).Pow(x),
        ["inner product"] = (x, z) => Tensor.Stack(0, z, 2 * z).Dot(Tensor.Stack(0, z - x, 3 * z)),
        ["quotient"] = (x, z) => x / (1 + z.Square()),
        ["norm"] = (x, z) => Tensor.Stack(0, z, z - x).Norm(),
        ["angle"] = (x, z) => z.Atan2(z - x),
        ["hypotenuse"] = (x, z) => z.Hypot(z - x),
        ["remainder"] = (_, z) => z.Mod(0.25),
        ["rectified"] = (x, z) => (z - 0.7).Relu() + x,
        ["chosen"] = (x, z) => Tensor.Where(z > x, 2 * x, 3 * x),
        ["chosen by a number"] = (x, z) => Tensor.Where(z > 0.5, 2 * x, 3 * x),
        ["absolute value"] = (x, z) => (z - x).Abs() + x,
        ["greater"] = (x, z) => z.Maximum(x) + x,
        ["greatest"] = (x, z) => Tensor.Stack(0, z, x, 1.5 * z).Max(),
        ["whole number below"] = (x, z) => x * (10 * z).Floor(),
        ["nearest whole number"] = (x, z) => x * (10 * z).Round(),
        ["whole number"] = (x, z) => x * (10 * z).To(DType.Int32).To(x.DType),
        ["sign"] = (x, z) => (x * (z - x).Sign()) + x,
        ["mask as a number"] = (x, z) => (x * (z > x).To(x.DType)) + x,
        ["place"] = (x, z) => Tensor.Stack(0, x, 2 * x, 3 * x).Take((2.9 * z).To(DType.Int32)),
        ["place of the greatest"] = (x, z) => Tensor.Stack(0, 2 * x, 3 * x).Take(Tensor.Stack(0, z, x).ArgMax()),
        ["order"] = (x, z) => Tensor.Stack(0, z, x, 0.9 * z).Sort()[2],
        ["equality"] = (x, z) => Tensor.Where(z.Equal(x), 2 * x, 5 * x),
        ["digamma"] = (x, _) => (1.4616 + (1e-4 * x)).Digamma(),
        ["logarithm of gamma"] = (x, _) => (1 + (1e-3 * x)).LogGamma(),
        ["gated by a logistic function, where it turns"] = (x, _) => (-1.2785 + (1e-3 * x)).Silu(),
        ["gated by a normal distribution, where it turns"] = (x, _) => (-0.7518 + (1e-3 * x)).Gelu(),
        ["tail of a gated unit"] = (x, _) => 1e10 * (-6 - x).Gelu(),
        ["tail of the error function"] = (x, _) => 1e10 * (5 + x).Erfc(),
        ["inverse of the error function"] = (x, _) => (0.9999 + (9e-5 * x)).ErfInv(),
        ["subnormal"] = (x, _) => x * 1e-42 * 1e30 * 1e12,
    };

    // where nothing is at a border and little cancels, there is a certificate: not all may be refused
    private static readonly string[] s_alwaysCertified = ["square", "product", "cosine", "hyperbolic cosine", "power", "inner product", "quotient",
        "rectified", "digamma", "logarithm of gamma"];

    public static TheoryData<string> Functions => [.. s_functions.Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void ACertificate_IsNeverBelowTheError(string name)
    {
        Func<Tensor, Tensor, Tensor> function = s_functions[name];
        var random = new Random(5);
        for (int i = 0; i < 12; i++)
        {
            Tensor hyper = Tensor.Scalar(0.1 + (0.9 * random.NextDouble()), DType.Float32);
            foreach (double constant in s_constants)
            {
                Tensor g(Tensor x) => function(x, x + constant - constant);

                // Φ = ½ w + g(λ): w* = 2 g, ∇ ½ w² = 4 g g′
                ValueAndGradient<Tensor> exactly = Diff.ValueAndGrad((Tensor x) => function(x, x), hyper.To(DType.Float64));
                double slope = exactly.Gradient.ToScalar(), exact = 4 * exactly.Value.ToScalar() * slope;
                FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + g(h));
                ImplicitHypergradient<Tensor, Tensor> result = Hypergradient.Implicit(LinearSolver.DenseLu()).Compute(
                    Bilevel.Problem(map.SolvedBy(FixedPoint.Anderson(2, tolerance: 1e-4)), Objective.From<Tensor, Tensor>((w, _) => 0.5 * w.Square())),
                    Tensor.ZerosLike(hyper), hyper);
                ErrorCertificate certificate = result.Certify(new ContractionBounds
                {
                    Contraction = 0.5,
                    HyperJacobian = Math.Abs(slope) * (1 + 1e-7),
                    HyperJacobianLipschitz = 0,
                    JacobianLipschitz = 0,
                    StateGradientLipschitz = 1,
                    HyperGradientLipschitz = 0,
                });

                // the reference has 29 bits more
                double error = Math.Abs(result.Gradient.ToScalar() - exact) * (1 - 1e-6);
                Assert.True(
                    !certificate.IsCertified || certificate.Bound >= error, $"λ = {hyper.ToScalar()}, {constant}: {certificate}, and the error is {error}");
                Assert.True(certificate.IsCertified || constant > 1e2 || !s_alwaysCertified.Contains(name), certificate.Reason);
            }
        }
    }
}
