using System.Reflection;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>Kernels of DiffSharp's operations where those need care; the conformance suite has the rest.</summary>
public class KernelTests
{
    private static readonly DiffSharpBackend s_backend = DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Reference);

    private static readonly double[] s_edges =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-9, -1e-9, 3e-20, 1e-300, -5e-324, 1e300, -1e300, 40, -40, 700, -700, 745, -745,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    public static TheoryData<string> ElementwiseKernels =>
        [.. Elementwise().Select(primitive => primitive.Name).Distinct()];

    [Theory]
    [MemberData(nameof(ElementwiseKernels))]
    public void ElementwiseKernelsAreRightAtTheEdges(string name)
    {
        Primitive primitive = Elementwise().First(candidate => candidate.Name == name);
        int arity = ((Hyperdiff.Primitives.Elementwise)primitive).Arity;
        foreach (DType dtype in new[] { DType.Float64, DType.Float32 })
        {
            double[] edges = dtype == DType.Float64 ? s_edges : [.. s_edges.Select(edge => (double)(float)edge)];
            Tensor x = Tensor.From(edges), y = x;
            if (arity == 2)
            {
                (x, y) = (Tensor.From([.. edges.SelectMany(edge => Enumerable.Repeat(edge, edges.Length))]),
                    Tensor.From([.. Enumerable.Repeat(edges, edges.Length).SelectMany(all => all)]));
            }

            (x, y) = (x.To(dtype), y.To(dtype));
            Tensor[] operands = arity == 1 ? [x] : [x, y];
            Tensor expected = ReferenceBackend.Instance.Execute(primitive, operands)[0];
            Tensor found = s_backend.Execute(primitive, Array.ConvertAll(operands, operand => operand.To(s_backend)))[0];

            // a few roundings of each element by itself
            double[] a = Numbers(expected), b = Numbers(found);
            for (int i = 0; i < a.Length; i++)
            {
                double least = dtype == DType.Float64 ? Math.BitIncrement(0.0) : MathF.BitIncrement(0f);
                bool equal = a[i].Equals(b[i]) ? a[i] != 0 || double.IsNegative(a[i]) == double.IsNegative(b[i])
                    : Math.Abs(a[i] - b[i]) <= Math.Max(16 * dtype.Epsilon() * Math.Abs(a[i]), 4 * least);
                Assert.True(equal, $"{name} of {Numbers(x)[i]:R}{(arity == 2 ? $", {Numbers(y)[i]:R}" : string.Empty)} in {dtype}: {a[i]:R}, found {b[i]:R}");
            }
        }
    }

    [Fact]
    public void ExtremaOfWhatIsNotANumberAreNone()
    {
        Tensor x = Tensor.From(new[,] { { 1, double.NaN, 3 }, { double.NaN, -1, -2 }, { double.PositiveInfinity, 0, double.NegativeInfinity } });
        Assert.Equal([double.NaN, double.NaN, double.PositiveInfinity], Numbers(x.To(s_backend).Max(1)));
        Assert.Equal([double.NaN, double.NaN, double.NegativeInfinity], Numbers(x.To(s_backend).Min(1)));
        Assert.Equal(double.NaN, x.To(s_backend).Max().ToScalar());
    }

    [Fact]
    public void NormsNeitherOverflowNorVanish()
    {
        foreach (double unit in new[] { 1e-300, 1, 1e300 })
        {
            Tensor x = Tensor.From([3 * unit, -4 * unit, 0, 0]);
            Assert.Equal(5 * unit, x.To(s_backend).Norm().ToScalar(), 4 * DType.Float64.Epsilon() * 5 * unit);
        }

        Assert.Equal(0, Tensor.Zeros([3]).To(s_backend).Norm().ToScalar());
        Assert.Equal(double.PositiveInfinity, Tensor.From([1, double.NegativeInfinity]).To(s_backend).Norm().ToScalar());
        Assert.Equal(double.NaN, Tensor.From([1, double.NaN]).To(s_backend).Norm().ToScalar());
    }

    [Fact]
    public void IndicesOutOfRangeAreRefusedAsOnTheHost()
    {
        Tensor x = Tensor.From([1.0, 2, 3]).To(s_backend);
        Assert.Contains("index 3", Assert.Throws<ArgumentOutOfRangeException>(() => x.Take(Tensor.From([0, 3]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Take(Tensor.From([-1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.From([0, 2]).To(s_backend).OneHot(2));
    }

    [Fact]
    public void EveryPrimitiveRunsHereOrHasAReason()
    {
        Type[] all = [.. typeof(Tensor).Assembly.GetTypes().Where(type => typeof(Primitive).IsAssignableFrom(type) && !type.IsAbstract)];
        string[] missing = [.. all.Where(type => !DiffSharpKernels.Has(type) && !DiffSharpKernels.Reasons.ContainsKey(type)
            && !type.IsAssignableTo(typeof(Hyperdiff.Decompositions.MatrixPrimitive)) && WorksOnHost(type)).Select(type => type.Name)];
        Assert.True(missing.Length == 0, $"neither a kernel nor a reason: {string.Join(", ", missing)}");
        Assert.All(DiffSharpKernels.Reasons.Keys, type => Assert.False(DiffSharpKernels.Has(type), $"{type.Name} has a kernel and a reason for none"));
    }

    [Fact]
    public void DescribeTellsWhatIsComputedOnTheHost()
    {
        Graph graph = TracedFunction.Of(all => [all[0].Erf().Sum()], [new TensorType(DType.Float64, [3])]).Graph;
        Assert.StartsWith("Erf: on the host", s_backend.Describe(graph), StringComparison.Ordinal);
    }

    // loops, solves and rules run their graphs wherever their operands are
    private static bool WorksOnHost(Type type) => (bool)typeof(Primitive).GetProperty("WorksOnHost", BindingFlags.Instance | BindingFlags.NonPublic)!
        .GetValue(RuntimeHelpers.GetUninitializedObject(type))!;

    private static IEnumerable<Primitive> Elementwise() => PrimitiveCases.All.Select(one => one.Primitive)
        .Where(primitive => primitive is Hyperdiff.Primitives.Elementwise { Arity: 1 or 2 } and not Hyperdiff.Primitives.Logic
            && primitive is not Hyperdiff.Primitives.Convert { Target: DType.Int32 } && DiffSharpKernels.Has(primitive.GetType()));

    private static double[] Numbers(Tensor tensor) => tensor.To(Hyperdiff.Backends.Cpu.CpuBackend.Instance).To(DType.Float64).ToArray<double>();
}
