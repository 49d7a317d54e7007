using Hyperdiff.Primitives;

namespace Hyperdiff.Tests.Scale;

/// <summary>Elementwise functions of one tensor, by the names of the tables of their values.</summary>
internal static class ElementwiseFunctions
{
    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<string, Func<Tensor, Tensor>> All { get; } = new Dictionary<string, Func<Tensor, Tensor>>
    {
        ["Exp"] = x => x.Exp(),
        ["Expm1"] = x => x.Expm1(),
        ["Log"] = x => x.Log(),
        ["Log1p"] = x => x.Log1p(),
        ["Log2"] = x => x.Log2(),
        ["Log10"] = x => x.Log10(),
        ["Sin"] = x => x.Sin(),
        ["Cos"] = x => x.Cos(),
        ["Tan"] = x => x.Tan(),
        ["Asin"] = x => x.Asin(),
        ["Acos"] = x => x.Acos(),
        ["Atan"] = x => x.Atan(),
        ["Sinh"] = x => x.Sinh(),
        ["Cosh"] = x => x.Cosh(),
        ["Tanh"] = x => x.Tanh(),
        ["Asinh"] = x => x.Asinh(),
        ["Acosh"] = x => x.Acosh(),
        ["Atanh"] = x => x.Atanh(),
        ["Sqrt"] = x => x.Sqrt(),
        ["Cbrt"] = x => x.Cbrt(),
        ["Rsqrt"] = x => x.Rsqrt(),
        ["Reciprocal"] = x => x.Reciprocal(),
        ["Square"] = x => x.Square(),
        ["Pow3"] = x => x.Pow(3),
        ["Pow1.5"] = x => x.Pow(1.5),
        ["Pow-2"] = x => x.Pow(-2),
        ["SechSquared"] = x => SechSquared.Instance.Of(x),
        ["OneMinusSquare"] = x => OneMinusSquare.Instance.Of(x),
        ["Gaussian"] = x => Gaussian.Instance.Of(x),
        ["Sigmoid"] = x => x.Sigmoid(),
        ["Softplus"] = x => x.Softplus(),
        ["LogSigmoid"] = x => x.LogSigmoid(),
        ["Silu"] = x => x.Silu(),
        ["Gelu"] = x => x.Gelu(),
        ["Erf"] = x => x.Erf(),
        ["Erfc"] = x => x.Erfc(),
        ["Abs"] = x => x.Abs(),
        ["Negate"] = x => -x,
        ["Pow0.25"] = x => x.Pow(0.25),
        ["Pow-0.5"] = x => x.Pow(-0.5),
        ["Pow1"] = x => x.Pow(1),
        ["Pow0"] = x => x.Pow(0),
        ["GeluTanh"] = x => x.GeluTanh(),
        ["Elu"] = x => x.Elu(),
        ["ErfInv"] = x => x.ErfInv(),
        ["ErfcInv"] = x => x.ErfcInv(),
        ["LogGamma"] = x => x.LogGamma(),
        ["Digamma"] = x => x.Digamma(),
        ["Trigamma"] = x => x.Polygamma(1),
    };
}
