using System.Globalization;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu;

/// <summary>Compares what a backend makes of a graph with the definitions of its primitives.</summary>
internal static class BackendAssert
{
    /// <summary>Fails unless every output is that of the reference backend, to within the error that rounding can make.</summary>
    public static void AgreesWithReference(IBackend backend, Graph graph, params Tensor[] operands)
    {
        Tensor[] expected = ReferenceBackend.Instance.Compile(graph).Run(operands);
        Tensor[] actual = backend.Compile(graph).Run(operands);

        Assert.Equal(expected.Length, actual.Length);
        Dictionary<Value, double[]> values = Values(graph, operands);
        Dictionary<Value, double[]> bounds = ErrorBound.Of(graph, values);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            Within(Doubles(expected[i]), Doubles(actual[i]), bounds[graph.Outputs[i]], $"output {i} of\n{graph}");
        }
    }

    /// <summary>Fails unless two tensors are equal bit by bit; the sign of NaN, which IEEE 754 leaves open, is that of the code that the compiler made at the
    /// time.</summary>
    public static void SameBits(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Type, actual.Type);
        long[] Bits(Tensor tensor) => [.. Doubles(tensor).Select(x => BitConverter.DoubleToInt64Bits(double.IsNaN(x) ? double.NaN : x))];
        Assert.Equal(Bits(expected), Bits(actual));
    }

    /// <summary>The elements of a floating tensor.</summary>
    public static double[] Doubles(Tensor tensor) => tensor.DType switch
    {
        DType.Float64 => tensor.ToArray<double>(),
        DType.Float32 => Array.ConvertAll(tensor.ToArray<float>(), x => (double)x),
        DType.Int32 => Array.ConvertAll(tensor.ToArray<int>(), x => (double)x),
        _ => Array.ConvertAll(tensor.ToArray<bool>(), x => x ? 1.0 : 0),
    };

    private static void Within(double[] expected, double[] actual, double[] bound, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = BitConverter.DoubleToInt64Bits(expected[i]) == BitConverter.DoubleToInt64Bits(actual[i])
                || (double.IsNaN(expected[i]) && double.IsNaN(actual[i]));
            Assert.True(
                same || Math.Abs(expected[i] - actual[i]) <= 2 * bound[i],
                string.Create(CultureInfo.InvariantCulture,
                    $"element {i}: expected {expected[i]:R}, actual {actual[i]:R}, difference "
                        + $"{Math.Abs(expected[i] - actual[i]):R}, bound {2 * bound[i]:R}, {what}"));
        }
    }

    private static Dictionary<Value, double[]> Values(Graph graph, Tensor[] operands)
    {
        var tensors = new Dictionary<Value, Tensor>();
        for (int i = 0; i < operands.Length; i++)
        {
            tensors[graph.Inputs[i]] = operands[i];
        }

        foreach (Equation equation in graph.Equations)
        {
            tensors[equation.Results[0]] = equation.Primitive.Execute(ReferenceBackend.Instance, [.. equation.Operands.Select(operand => tensors[operand])])[0];
        }

        return tensors.ToDictionary(pair => pair.Key, pair => Doubles(pair.Value));
    }
}
