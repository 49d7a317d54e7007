using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.TorchSharp.Tests.Kernels;

/// <summary>Compares what libtorch computes with the definition.</summary>
internal static class Agreement
{
    /// <summary>The results of a primitive on the torch backend, read.</summary>
    public static Tensor[] OnTorch(Primitive primitive, params Tensor[] operands) =>
        [.. TorchBackend.Cpu.Execute(primitive, [.. operands.Select(TorchBackend.Cpu.Place)]).Select(result => Tensor.FromHost(result.Read()))];

    /// <summary>Of each result, that the type is the same and every element within a tolerance of the definition's.</summary>
    /// <param name="primitive">The primitive.</param>
    /// <param name="operands">Its operands, in host memory.</param>
    /// <param name="ulps">In units of the last place of an element.</param>
    /// <param name="scale">Elements that are smaller may be wrong by as much as one of this size.</param>
    public static void Assert(Primitive primitive, Tensor[] operands, double ulps, double scale = 0)
    {
        Tensor[] expected = ReferenceBackend.Instance.Execute(primitive, operands), actual = OnTorch(primitive, operands);
        Xunit.Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Xunit.Assert.Equal(expected[i].Type, actual[i].Type);
            string[] wrong = [.. Differences(primitive, (expected[i], actual[i]), operands, (ulps, scale))];
            Xunit.Assert.True(wrong.Length == 0,
                $"{primitive} of {string.Join(", ", operands.Select(operand => operand.Type))}, result {i}: {string.Join("; ", wrong.Take(6))}");
        }
    }

    public static double[] Numbers(Tensor tensor) => tensor.DType == DType.Float64 ? tensor.ToArray<double>() : tensor.To(DType.Float64).ToArray<double>();

    private static IEnumerable<string> Differences(
        Primitive primitive, (Tensor Expected, Tensor Actual) results, Tensor[] operands, (double Ulps, double Scale) within)
    {
        double[] x = Numbers(results.Expected), y = Numbers(results.Actual);
        DType dtype = results.Expected.DType;
        double[][] given = operands.All(operand => operand.Count == x.Length) ? Array.ConvertAll(operands, Numbers) : [];
        for (int i = 0; i < x.Length; i++)
        {
            bool same = double.IsNaN(x[i]) ? double.IsNaN(y[i])
                : !double.IsFinite(x[i]) || !double.IsFinite(y[i]) ? x[i] == y[i]
                : x[i] == 0 && y[i] == 0 && !LosesSign(primitive) ? double.IsNegative(x[i]) == double.IsNegative(y[i])
                : Math.Abs(x[i] - y[i]) <= (dtype.IsFloating() ? within.Ulps * Unit(dtype, Math.Max(Math.Abs(x[i]), within.Scale)) : 0);
            if (!same)
            {
                yield return $"[{i}] {y[i]:R} instead of {x[i]:R}{string.Concat(given.Select(numbers => $", {numbers[i]:R}"))}";
            }
        }
    }

    // libtorch begins its sums with 0, so that −0 and −0 is 0; the definitions of the bell's tail end with either
    private static bool LosesSign(Primitive primitive) => primitive is Gaussian or Erfc or Sum;

    // the distance between neighbors at a number, that of subnormal ones at the least
    private static double Unit(DType dtype, double size) => dtype == DType.Float32
        ? MathF.BitIncrement((float)size) - (float)size : Math.BitIncrement(size) - size;
}
