using System.Globalization;
using System.Text.Json;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Tests.Formalities;

namespace Hyperdiff.Tests.Scale;

/// <summary>Elementwise functions and their derivatives to order 3, in every mix of modes and both types, at ±∞, ±0, ±1, the largest and the smallest normal
/// numbers: their limits, from the side of the function's domain.</summary>
public sealed class EdgeDerivativeTests
{
    /// <summary>Roundings of a derivative, for each order: those of each of up to three functions and the products of them.</summary>
    private const double Units = 24;

    /// <summary>What is chosen, rounded or has no derivative at all, whose slopes stand in tests of their own; and what others have as derivatives.</summary>
    private static readonly Type[] s_without =
    [
        typeof(Floor), typeof(Ceiling), typeof(Round), typeof(Truncate), typeof(Sign), typeof(StopGradient), typeof(Maximum), typeof(Minimum), typeof(Modulo),
        typeof(Cosine), typeof(BinaryCrossEntropySlope), typeof(SiluSlope), typeof(GeluSlope),
    ];

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> s_functionsOfTwo = new()
    {
        ["Add"] = (x, y) => x + y,
        ["Subtract"] = (x, y) => x - y,
        ["Multiply"] = (x, y) => x * y,
        ["Divide"] = (x, y) => x / y,
        ["Hypot"] = (x, y) => x.Hypot(y),
        ["Atan2"] = (x, y) => x.Atan2(y),
        ["Power"] = (x, y) => x.Pow(y),
        ["BinaryCrossEntropy"] = (x, y) => BinaryCrossEntropy.Instance.Of(x, y),
    };

    private static readonly JsonElement[] s_lines =
        [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "Hyperdiff.Tests", "Scale", "edges.json")))
            .RootElement.EnumerateArray()];

    public static TheoryData<string, DType> Functions => Lines(line => !line.TryGetProperty("y", out _));

    public static TheoryData<string, DType> FunctionsOfTwo => Lines(line => line.TryGetProperty("y", out _));

    /// <summary>Every elementwise primitive stands in the table, by the functions that are made of it.</summary>
    [Fact]
    public void Table_HasEveryElementwisePrimitive()
    {
        var used = new HashSet<Type>();
        foreach (Func<Tensor, Tensor> f in ElementwiseFunctions.All.Values)
        {
            used.UnionWith(TracedFunction.Of(x => [f(x[0])], [Tensor.Scalar(0.5)]).Graph.Equations.Select(equation => equation.Primitive.GetType()));
        }

        foreach (Func<Tensor, Tensor, Tensor> f in s_functionsOfTwo.Values)
        {
            used.UnionWith(TracedFunction.Of(x => [f(x[0], x[1])], [Tensor.Scalar(0.5), Tensor.Scalar(0.5)]).Graph.Equations
                .Select(equation => equation.Primitive.GetType()));
        }

        IEnumerable<Type> all = PrimitiveCases.All.Select(item => item.Primitive).Where(primitive => primitive is Unary or Binary)
            .Select(primitive => primitive.GetType()).Distinct();
        Assert.Empty(all.Where(type => type.Namespace == "Hyperdiff.Primitives").Except(used).Except(s_without));
        Assert.Equal(s_lines.Select(Name).Distinct().Order(), ElementwiseFunctions.All.Keys.Concat(s_functionsOfTwo.Keys).Order());
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Derivatives_AtTheEnds_AreLimits(string name, DType dtype)
    {
        Func<Tensor, Tensor> f = ElementwiseFunctions.All[name];
        JsonElement line = Line(name, dtype);
        string[] ends = [.. line.GetProperty("x").EnumerateArray().Select(end => end.GetString()!)];
        Tensor x = Tensor.From(Array.ConvertAll(ends, end => Number(end, dtype))).To(dtype);
        var errors = new List<string>();
        for (int order = 0; order <= 3; order++)
        {
            double?[] limits = Limits(line.GetProperty("d")[order]);
            for (int modes = 0; modes < 1 << order; modes++)
            {
                double[] found = Derivative(f, order, modes)(x).To(DType.Float64).ToArray<double>();
                errors.AddRange(Enumerable.Range(0, ends.Length).Where(i => limits[i] is { } limit && !IsRight(found[i], limit, order, dtype))
                    .Select(i => $"order {order}, modes {modes:b}, at {ends[i]}: {found[i]:R}, not {limits[i]:R}"));
            }
        }

        Assert.True(errors.Count == 0, string.Join('\n', errors.Take(40)));
    }

    [Theory]
    [MemberData(nameof(FunctionsOfTwo))]
    public void PartialDerivatives_AtTheEnds_AreLimits(string name, DType dtype)
    {
        Func<Tensor, Tensor, Tensor> f = s_functionsOfTwo[name];
        JsonElement line = Line(name, dtype);
        string[] firsts = [.. line.GetProperty("x").EnumerateArray().Select(end => end.GetString()!)];
        string[] seconds = [.. line.GetProperty("y").EnumerateArray().Select(end => end.GetString()!)];
        Tensor x = Tensor.From(Array.ConvertAll(firsts, end => Number(end, dtype))).To(dtype).Unsqueeze(1).BroadcastTo([firsts.Length, seconds.Length]);
        Tensor y = Tensor.From(Array.ConvertAll(seconds, end => Number(end, dtype))).To(dtype).BroadcastTo([firsts.Length, seconds.Length]);
        var errors = new List<string>();
        foreach (JsonProperty partial in line.GetProperty("d").EnumerateObject())
        {
            (int inFirst, int inSecond) = (partial.Name[0] - '0', partial.Name[1] - '0');
            double?[] limits = [.. partial.Value.EnumerateArray().SelectMany(Limits)];
            for (int modes = 0; modes < 1 << (inFirst + inSecond); modes++)
            {
                double[] found = Derivative(b => Derivative(a => f(a, b), inFirst, modes)(x), inSecond, modes >> inFirst)(y)
                    .To(DType.Float64).ToArray<double>();
                errors.AddRange(Enumerable.Range(0, found.Length)
                    .Where(i => limits[i] is { } limit && !IsRight(found[i], limit, inFirst + inSecond, dtype))
                    .Select(i => $"{partial.Name}, modes {modes:b}, at {firsts[i / seconds.Length]}, {seconds[i % seconds.Length]}: {found[i]:R}, "
                        + $"not {limits[i]:R}"));
            }
        }

        Assert.True(errors.Count == 0, $"{errors.Count}:\n" + string.Join('\n', errors.Take(60)));
    }

    // of an elementwise function, a mode for each order: the lowest bit is the innermost
    private static Func<Tensor, Tensor> Derivative(Func<Tensor, Tensor> f, int order, int modes) => Enumerable.Range(0, order).Aggregate(f, (inner, i) =>
        (modes >> i) % 2 == 0 ? x => Diff.Grad(a => inner(a).Sum(), x) : x => Diff.Jvp(inner, x, Tensor.OnesLike(x)).Tangent);

    // Below the normal numbers the spacing no longer shrinks, also for what is multiplied by numbers of the size of a coefficient then; beyond the largest one
    // infinity is right, and just below it is within rounding.
    private static bool IsRight(double actual, double expected, int order, DType dtype)
    {
        (double least, double greatest) = dtype == DType.Float32 ? (Math.ScaleB(1, -126), float.MaxValue) : (Math.ScaleB(1, -1022), double.MaxValue);
        double relative = Units * Math.Max(1, order) * dtype.Epsilon();
        return Math.Abs(expected) >= greatest * (1 - relative)
            ? Math.Abs(actual) >= greatest * (1 - relative) && Math.Sign(actual) == Math.Sign(expected)
            : Math.Abs(actual - expected) <= relative * Math.Max(Math.Abs(expected), least / dtype.Epsilon());
    }

    private static double Number(string end, DType dtype)
    {
        double sign = end.StartsWith('-') ? -1 : 1;
        return sign * end.TrimStart('-') switch
        {
            "inf" => double.PositiveInfinity,
            "max" => dtype == DType.Float32 ? float.MaxValue : double.MaxValue,
            "min" => dtype == DType.Float32 ? Math.ScaleB(1, -126) : Math.ScaleB(1, -1022),
            string number => double.Parse(number, CultureInfo.InvariantCulture),
        };
    }

    private static double?[] Limits(JsonElement row) =>
        [.. row.EnumerateArray().Select(y => y.GetString() is { } number ? double.Parse(number, CultureInfo.InvariantCulture) : (double?)null)];

    private static JsonElement Line(string name, DType dtype) => s_lines.Single(
        line => Name(line) == name && line.GetProperty("type").GetString() == dtype.Name());

    private static string Name(JsonElement line) => line.GetProperty("op").GetString()!;

    private static TheoryData<string, DType> Lines(Func<JsonElement, bool> which)
    {
        var data = new TheoryData<string, DType>();
        foreach (JsonElement line in s_lines.Where(which))
        {
            data.Add(Name(line), line.GetProperty("type").GetString() == "float32" ? DType.Float32 : DType.Float64);
        }

        return data;
    }
}
