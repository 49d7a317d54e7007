using Hyperdiff.Fixtures.Problems;
using Hyperdiff.Tests.Primitives;

namespace Hyperdiff.Tests.Decompositions;

/// <summary>Functions that are made by a decomposition and do not feel ties: f(A), projections, polar factors, and vectors beside ties, against closed
/// forms.</summary>
public sealed class SpectralFunctionTests
{
    // quotients by a gap δ lose ε/δ where they are taken, and limits are off by δ where they are: at worst √ε, times what follows
    private static readonly double s_tolerance = 50 * Math.Sqrt(DType.Float64.Epsilon());

    private static readonly Tensor s_turn = Linalg.Qr(Tensor.From(MatrixMaker.Gaussian(new Random(15), 4, 4).ToArray())).Q;
    private static readonly Tensor s_other = Linalg.Qr(Tensor.From(MatrixMaker.Gaussian(new Random(16), 4, 4).ToArray())).Q;
    private static readonly Tensor s_direction = Tensor.From(MatrixMaker.Gaussian(new Random(17), 4, 4).ToArray());
    private static readonly Tensor s_weights = Tensor.From(MatrixMaker.Gaussian(new Random(18), 4, 4).ToArray());

    private static readonly Dictionary<string, (Func<Tensor, Tensor> Of, Func<double, double> Value, Func<double, double> Slope)> s_functions = new()
    {
        ["root"] = (w => w.Sqrt(), Math.Sqrt, x => 0.5 / Math.Sqrt(x)),
        ["logarithm"] = (w => w.Log(), Math.Log, x => 1 / x),
        ["exponential"] = (w => w.Exp(), Math.Exp, Math.Exp),
        ["inverse"] = (w => 1 / w, x => 1 / x, x => -1 / (x * x)),
        ["cube"] = (w => w.Pow(3), x => x * x * x, x => 3 * x * x),
    };

    public static TheoryData<string, double> Functions
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (string name in s_functions.Keys)
            {
                foreach (double gap in (double[])[0, 1e-16, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-3])
                {
                    data.Add(name, gap);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void AFunctionOfASymmetricMatrix_HasTheDerivativeOfDaleckiiAndKrein(string name, double gap)
    {
        (Func<Tensor, Tensor> f, Func<double, double> value, Func<double, double> slope) = s_functions[name];
        double[] w = [1, 1 + gap, 3, 4];
        Tensor a = (s_turn * Tensor.From(w)).MatMul(s_turn.Transpose());
        Tensor expected = Expected(w, w, s_turn, s_turn, value, slope);
        Func<Tensor, Tensor>[] forms =
        [
            x => { (Tensor e, Tensor v) = Linalg.Eigh(x); return (v * f(e)).MatMul(v.Transpose()); },
            x => { (Tensor e, Tensor v) = Linalg.Eigh(x); return v.MatMul(f(e).Unsqueeze(-1) * v.Transpose()); },
            x => { (Tensor e, Tensor v) = Linalg.Eigh(x); return (v * f(e).Unsqueeze(0)).MatMul(v.Transpose()); },
            x => { (Tensor e, Tensor v) = Linalg.Eigh(x.Unsqueeze(0)); return (v * f(e).Unsqueeze(-2)).MatMul(v.Transpose())[0]; },
        ];
        Assert.All(forms, form => Check(form, a, expected));
    }

    // of U f(Σ) Vᵀ: divided differences for the symmetric part, divided sums for the other
    [Theory]
    [MemberData(nameof(Functions))]
    public void AFunctionOfSingularValues_HasItsDerivative(string name, double gap)
    {
        (Func<Tensor, Tensor> f, Func<double, double> value, Func<double, double> slope) = s_functions[name];
        double[] s = [4, 3, 1 + gap, 1];
        Tensor a = (s_turn * Tensor.From(s)).MatMul(s_other);
        Tensor p = s_turn.Transpose().MatMul(s_direction).MatMul(s_other.Transpose());
        Tensor minus = Quotients(s, s, value, slope, -1), plus = Quotients(s, s, value, slope, 1);
        Tensor expected = s_turn.MatMul(((minus * (p + p.Transpose())) + (plus * (p - p.Transpose()))) / 2).MatMul(s_other);
        Check(x => { (Tensor u, Tensor e, Tensor vt) = Linalg.Svd(x); return (u * f(e)).MatMul(vt); }, a, expected);
        Check(x => { (Tensor u, Tensor e, Tensor vt) = Linalg.Svd(x); return u.MatMul(f(e).Unsqueeze(-1) * vt); }, a, expected);
    }

    [Fact]
    public void ThePolarFactor_HasItsDerivativeAtTies()
    {
        Tensor a = (s_turn * Tensor.From([2.0, 1, 1, 1])).MatMul(s_other);
        Tensor p = s_turn.Transpose().MatMul(s_direction).MatMul(s_other.Transpose());
        Tensor expected = s_turn.MatMul(Quotients([2, 1, 1, 1], [2, 1, 1, 1], _ => 1, _ => 0, 1) * (p - p.Transpose()) / 2).MatMul(s_other);
        Check(x => { (Tensor u, _, Tensor vt) = Linalg.Svd(x); return u.MatMul(vt); }, a, expected);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 3)]
    [InlineData(3, 4)]
    public void ASimpleSingularVector_HasDerivativesBesideTies(int m, int n)
    {
        Tensor a = m == n ? (s_turn * Tensor.From([5.0, 2, 2, 2])).MatMul(s_other) : Made(m), direction = s_direction[..m, ..n];

        // the greatest singular value and its vectors, by the greatest eigenvalue of A Aᵀ and of Aᵀ A
        Tensor Left(Tensor x) => Linalg.Svd(x).U[.., 0].Square().Dot(s_weights[0, ..m]);
        Tensor Right(Tensor x) => Linalg.Svd(x).Vt[0].Square().Dot(s_weights[0, ..n]);
        Tensor Expected(Tensor gram, int size) => Linalg.Eigh(gram).Vectors[.., size - 1].Square().Dot(s_weights[0, ..size]);
        CheckScalar(Left, x => Expected(x.MatMul(x.Transpose()), m), a, direction);
        CheckScalar(Right, x => Expected(x.Transpose().MatMul(x), n), a, direction);
        CheckScalar(x => Linalg.Svd(x).Values[0], x => Linalg.EigenvaluesSymmetric(x.MatMul(x.Transpose()))[m - 1].Sqrt(), a, direction);

        // a vector within the tie has none
        Assert.Throws<LinearAlgebraException>(() => Differentiate.Gradient(x => Linalg.Svd(x).U[.., 1].Square().Dot(s_weights[0, ..m]), a));
        Assert.Equal(double.NaN, Differentiate.Tangent(x => Linalg.Svd(x).U[.., 1].Square().Dot(s_weights[0, ..m]), a, direction).ToScalar());
    }

    /// <summary>At ties second derivatives are the same in whichever order they are taken.</summary>
    [Fact]
    public void SecondDerivativesOfSymmetricFunctions_AreTheSameInEveryMode()
    {
        Tensor a = (s_turn * Tensor.From([1.0, 1, 3, 3])).MatMul(s_turn.Transpose()), b = (s_turn * Tensor.From([3.0, 3, 1, 1])).MatMul(s_other);
        Modes(x => Linalg.EigenvaluesSymmetric(x).Pow(4).Sum(), x => { Tensor y = (x + x.Transpose()) / 2; return y.MatMul(y).Square().Sum(); }, a);
        Modes(x => Linalg.EigenvaluesSymmetric(x).Log().Mean() * 4, x => Linalg.LogDeterminant((x + x.Transpose()) / 2).LogAbsolute, a);
        Modes(x => Linalg.SingularValues(x).Pow(4).Sum(), x => x.Transpose().MatMul(x).Square().Sum(), b);
        Modes(x => (Linalg.SingularValues(x).Square() / 2).Sum() - 1, x => (x.Square().Sum() / 2) - 1, b);
    }

    private static void Modes(Func<Tensor, Tensor> spectral, Func<Tensor, Tensor> matrix, Tensor a)
    {
        Tensor Along(Func<Tensor, Tensor> f, Tensor x) => Diff.Jvp(f, x, s_direction).Tangent;
        Tensor expected = Diff.Hvp(matrix, a, s_direction);
        Close(expected, Diff.Hvp(spectral, a, s_direction));
        Close(expected, Diff.Grad(x => (Diff.Grad(spectral, x) * s_direction).Sum(), a));
        Close(expected, Diff.Grad(x => Along(spectral, x), a));
        Close((expected * s_weights).Sum(), Diff.Jvp(x => Along(spectral, x), a, s_weights).Tangent);
    }

    // with three singular values: one of 5, two of 2
    private static Tensor Made(int m)
    {
        Tensor tall = s_turn[.., ..3].MatMul(Tensor.Eye(3) * Tensor.From([5.0, 2, 2])).MatMul(Linalg.Qr(s_direction[..3, ..3]).Q);
        return m == 4 ? tall : tall.Transpose();
    }

    private static Tensor Expected(double[] rows, double[] columns, Tensor left, Tensor right, Func<double, double> value, Func<double, double> slope) =>
        left.MatMul(Quotients(rows, columns, value, slope, -1) * left.Transpose().MatMul((s_direction + s_direction.Transpose()) / 2).MatMul(right))
            .MatMul(right.Transpose());

    // (f(x) ± f(y))/(x ± y), or f′ at the middle where x and y differ by less than their difference's digits
    private static Tensor Quotients(double[] rows, double[] columns, Func<double, double> value, Func<double, double> slope, int sign)
    {
        var quotients = new double[rows.Length, columns.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < columns.Length; j++)
            {
                (double x, double y) = (rows[i], columns[j]);
                quotients[i, j] = sign < 0 && Math.Abs(x - y) < 1e-5 ? slope((x + y) / 2) : (value(x) + (sign * value(y))) / (x + (sign * y));
            }
        }

        return Tensor.From(quotients);
    }

    private static void Check(Func<Tensor, Tensor> f, Tensor a, Tensor expected)
    {
        Close(expected, Diff.Jvp(f, a, s_direction).Tangent);
        Close((expected * s_weights).Sum(), (Diff.Grad(x => (f(x) * s_weights).Sum(), a) * s_direction).Sum());
    }

    private static void CheckScalar(Func<Tensor, Tensor> f, Func<Tensor, Tensor> same, Tensor a, Tensor direction)
    {
        Close(Differentiate.Gradient(same, a), Differentiate.Gradient(f, a));
        Close((Differentiate.Gradient(same, a) * direction).Sum(), Differentiate.Tangent(f, a, direction));
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        double scale = Math.Max(1, expected.Abs().Max().ToScalar());
        Assert.All(expected.ToArray<double>().Zip(actual.ToArray<double>()), pair =>
            Assert.InRange(pair.Second - pair.First, -s_tolerance * scale, s_tolerance * scale));
    }
}
