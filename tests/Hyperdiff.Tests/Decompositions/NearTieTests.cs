namespace Hyperdiff.Tests.Decompositions;

/// <summary>Derivatives of functions of vectors whose values are nearly equal: right, or refused, in every mode and order; never a number without
/// digits.</summary>
public sealed class NearTieTests
{
    private static readonly Tensor s_rotation = Linalg.Qr(Tensor.From(new double[,] { { 1, 2, 3 }, { 0.5, -1, 2 }, { 2, 0.1, -0.7 } })).Q;
    private static readonly Tensor s_direction = Tensor.From(new double[,] { { 0.3, 0.7, -0.2 }, { 0.7, -0.5, 0.4 }, { -0.2, 0.4, 0.9 } });

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Spectral, Func<Tensor, Tensor> Closed)> s_functions = new()
    {
        ["V diag(w³) Vᵀ"] = (
            a => Linalg.Eigh(a) is var (w, v) ? (v.MatMul(w.Pow(3).DiagonalMatrix()).MatMul(v.Transpose()) * s_direction).Sum() : a,
            a => (a.MatMul(a).MatMul(a) * s_direction).Sum()),
        ["xᵀ V diag(w) Vᵀ x"] = (
            a => Linalg.Eigh(a) is var (w, v) ? (w * v.Transpose().MatMul(Tensor.From([1.0, 2, 3])).Square()).Sum() : a,
            a => Tensor.From([1.0, 2, 3]).Dot(a.MatMul(Tensor.From([1.0, 2, 3])))),
        ["U diag(σ²) Uᵀ"] = (
            a => Linalg.Svd(a) is var (u, s, _) ? (u.MatMul(s.Square().DiagonalMatrix()).MatMul(u.Transpose()) * s_direction).Sum() : a,
            a => (a.MatMul(a.Transpose()) * s_direction).Sum()),
        ["Π w"] = (a => Linalg.EigenvaluesSymmetric(a).Prod(), Linalg.Determinant),
    };

    private static readonly (string Name, Func<Func<Tensor, Tensor>, Tensor, Tensor> Of)[] s_modes =
    [
        ("gradient", Along),
        ("product with the Hessian", (f, a) => Diff.Hvp(f, a, s_direction)),
        ("gradient of the gradient", (f, a) => Diff.Grad(b => (Along(f, b) * s_direction).Sum(), a)),
        ("second, forwards", (f, a) => Forwards(b => Forwards(f, b), a)),
        ("third, forwards", (f, a) => Forwards(c => Forwards(b => Forwards(f, b), c), a)),
        ("third, in reverse", (f, a) => Diff.Grad(b => (Diff.Hvp(f, b, s_direction) * s_direction).Sum(), a)),
    ];

    public static TheoryData<string> Functions => [.. s_functions.Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Derivatives_AreRight_OrRefused(string name)
    {
        (Func<Tensor, Tensor> spectral, Func<Tensor, Tensor> closed) = s_functions[name];
        int right = 0;
        for (int exponent = -14; exponent <= -1; exponent++)
        {
            Tensor a = s_rotation.MatMul(Tensor.From([2, 2 + Math.Pow(10, exponent), 1.0]).DiagonalMatrix()).MatMul(s_rotation.Transpose());
            a = 0.5 * (a + a.Transpose());
            foreach ((string mode, Func<Func<Tensor, Tensor>, Tensor, Tensor> of) in s_modes)
            {
                double[] found;
                try
                {
                    found = of(b => spectral(0.5 * (b + b.Transpose())), a).Reshape(-1).ToArray<double>();
                }
                catch (LinearAlgebraException exception) when (exception.Failure == LinearAlgebraFailure.Degenerate)
                {
                    continue;
                }

                double[] expected = of(b => closed(0.5 * (b + b.Transpose())), a).Reshape(-1).ToArray<double>();

                // a quarter of the digits at the border of a tie, of the size of the terms that cancel: some tens
                Assert.All(expected.Zip(found), pair => Assert.True(
                    double.IsNaN(pair.Second) || Math.Abs(pair.First - pair.Second) < 0.02, $"{mode}, 1e{exponent} apart: {pair.Second} for {pair.First}"));
                right++;
            }
        }

        Assert.True(right > 20, $"{right} of {14 * s_modes.Length}");
    }

    private static Tensor Along(Func<Tensor, Tensor> f, Tensor a) => Diff.Grad(f, a);

    private static Tensor Forwards(Func<Tensor, Tensor> f, Tensor a) => Diff.Jvp(f, a, s_direction).Tangent;
}
