using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Primitives;

namespace Hyperdiff.TorchSharp.Tests.Kernels;

/// <summary>Functions of numbers, at the numbers of every magnitude.</summary>
public sealed class ElementwiseKernelTests
{
    /// <summary>Most functions of libtorch are within one unit of the last place, most definitions too; composed ones have a few roundings more.</summary>
    private const double Ulps = 4;

    public static TheoryData<string, DType> Unaries => Of<Unary>();

    public static TheoryData<string, DType> Binaries => Of<Binary>();

    [Theory]
    [MemberData(nameof(Unaries))]
    public void FunctionOfOneNumber_IsItsDefinition(string name, DType dtype)
    {
        // a series, and what it is multiplied by, on both sides
        double ulps = name.Split(' ')[0] is nameof(Polygamma) or nameof(Gelu) or nameof(GeluSlope) ? 2 * Ulps : Ulps;
        Agreement.Assert(Find(name), [Edges(dtype)], ulps, Scale(name));
    }

    [Theory]
    [MemberData(nameof(Binaries))]
    public void FunctionOfTwoNumbers_IsItsDefinition(string name, DType dtype)
    {
        double[] all = Agreement.Numbers(Edges(dtype));
        double[] few = [.. all.Where((_, i) => i % 5 == 0 || i < 12)];
        Tensor left = Tensor.From<double>([.. few.SelectMany(x => few.Select(_ => x))]).To(dtype);
        Tensor right = Tensor.From<double>([.. few.SelectMany(_ => few)]).To(dtype);
        Agreement.Assert(Find(name), [left, right], Ulps, Scale(name));
    }

    // differences of greater numbers have the errors of these
    private static double Scale(string name) => name.Split(' ')[0] switch
    {
        // the definition subtracts numbers up to 12 ln 12
        nameof(LogGamma) => 32,
        nameof(Polygamma) or nameof(BinaryCrossEntropy) => 2,

        // about its zero near −0.75; its tails are those of the function
        nameof(GeluSlope) => 0.25,
        _ => 0,
    };

    private static TheoryData<string, DType> Of<T>()
        where T : Primitive
    {
        var data = new TheoryData<string, DType>();
        foreach (string name in PrimitiveCases.All.Select(item => item.Primitive).OfType<T>().Select(primitive => primitive.ToString()!).Distinct())
        {
            data.Add(name, DType.Float64);
            data.Add(name, DType.Float32);
        }

        return data;
    }

    private static Primitive Find(string name) => PrimitiveCases.All.Select(item => item.Primitive).First(primitive => primitive.ToString() == name);

    private static Tensor Edges(DType dtype)
    {
        double[] sizes =
        [
            0, double.NaN, double.PositiveInfinity, 1, 0.5, 2, 3,
            .. dtype == DType.Float32 ? [1.4e-45, 1e-40, 1.1754944e-38, float.MaxValue] : new[] { 5e-324, 1e-310, 2.2250738585072014e-308, double.MaxValue },
            .. Enumerable.Range(-300, 601).Where(k => k % 10 == 0).Select(k => 1.2345 * Math.Pow(10, k)), .. Enumerable.Range(1, 60).Select(k => 0.0713 * k),
            .. Enumerable.Range(1, 40).Select(k => 18.1 * k), 0.9999999, 1.0000001, 1 - 1e-15, 0.999, 2.5, 3.5, 1.5,
        ];
        return Tensor.From<double>([.. sizes.SelectMany(x => new[] { x, -x })]).To(dtype);
    }
}
