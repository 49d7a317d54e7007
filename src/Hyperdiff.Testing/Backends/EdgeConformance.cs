using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Testing;

/// <summary>Numbers at the edges: what is not finite, subnormal, the greatest and the smallest, both zeros; integers that do not hold; indices that point
/// nowhere.</summary>
internal static class EdgeConformance
{
    private static readonly double[] s_doubles =
    [
        0, -0.0, 5e-324, -5e-324, 3e-310, -3e-310, 2.2250738585072014e-308, -2.2250738585072014e-308, 1e-160, 0.5, -0.5, 1, -1, 2.5, -2.5, 3,
        40, -40, 1e160, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    private static readonly double[] s_floats =
    [
        0, -0.0, 1.4e-45f, -1.4e-45f, 3e-40f, -3e-40f, 1.17549435e-38f, -1.17549435e-38f, 1e-20f, 0.5, -0.5, 1, -1, 2.5, -2.5, 3, 40, -40, 1e20f,
        float.MaxValue, float.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    private static readonly double[] s_integers = [int.MinValue, int.MinValue + 1, -1, 0, 1, 7, int.MaxValue - 1, int.MaxValue];

    /// <summary>One case per elementwise function, and some for what is made of several elements.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        .. PrimitiveCases.All.Select(item => item.Primitive).OfType<Elementwise>().Distinct()
            .Where(primitive => primitive is Unary or Binary or Comparison or IsFinite)
            .Select(primitive => new ConformanceCase("edges", primitive.ToString()!,
                subject => subject.Each(dtype => Compare(subject, primitive, dtype, Floating(dtype))))),
        .. new Elementwise[] { Less.Instance, LessOrEqual.Instance, Equal.Instance, Maximum.Instance, Hyperdiff.Primitives.Minimum.Instance }
            .Select(primitive => new ConformanceCase("edges", $"{primitive} of integers", subject => Compare(subject, primitive, DType.Int32, s_integers))),
        .. Reductions().Select(item => new ConformanceCase("edges", item.Name, subject => subject.Each(dtype => Reduced(subject, item.Primitive,
            Of(item.Elements, dtype))))),
        new("edges", "Where of what is not chosen", subject => subject.Each(dtype => Chosen(subject, dtype))),
        new("edges", "Convert to float32", subject => Converted(subject, DType.Float64, DType.Float32)),
        new("edges", "Convert to float64", subject => Converted(subject, DType.Float32, DType.Float64)),
        new("edges", "Convert to truth values", subject => Converted(subject, DType.Float32, DType.Bool)),
        new("edges", "MatMul of 0 and infinity", subject => subject.Each(dtype => InfiniteProduct(subject, dtype))),
        .. Refusals(),
    ];

    private static double[] Floating(DType dtype) => dtype == DType.Float64 ? s_doubles : s_floats;

    // a function of two numbers, of all pairs
    private static string? Compare(BackendSubject subject, Elementwise primitive, DType dtype, double[] numbers)
    {
        Tensor[] operands = primitive.Arity == 1
            ? [Of(numbers, dtype)]
            : [Of([.. numbers.SelectMany(x => Enumerable.Repeat(x, numbers.Length))], dtype), Of([.. numbers.SelectMany(_ => numbers)], dtype)];
        return Against(subject, primitive, operands, i => string.Join(", ", operands.Select(operand => FormattableString.Invariant(
            $"{Closeness.Numbers(operand)[i]:R}"))));
    }

    private static string? Against(BackendSubject subject, Primitive primitive, Tensor[] operands, Func<int, string>? at = null, Closeness? closeness = null)
    {
        Tensor[] expected = ReferenceBackend.Instance.Execute(primitive, operands);
        Tensor[] placed = subject.Place(operands);
        Closeness near = closeness ?? Closeness.Of(primitive);
        foreach ((string how, Tensor[] found) in new[]
        {
            ("at once", subject.Backend.Execute(primitive, placed)),
            ("compiled", subject.Backend.Compile(PrimitiveConformance.Graph(primitive, operands.Select(operand => operand.Type))).Run(placed)),
        })
        {
            Tensor actual = subject.Read(found[0]);
            if (near.Difference(expected[0], actual) is { } difference)
            {
                string of = at is null ? string.Empty
                    : $" of {at(int.Parse(difference.AsSpan(1, difference.IndexOf(']', StringComparison.Ordinal) - 1), provider: null))}";
                return $"{how}: the result{of}{difference}";
            }
        }

        return null;
    }

    private static IEnumerable<(string Name, Primitive Primitive, double[] Elements)> Reductions()
    {
        (string Name, double[] Elements)[] rows =
        [
            ("NaN among them", [1, double.NaN, 3]), ("both infinities", [double.PositiveInfinity, 1, double.NegativeInfinity]), ("one infinity", [1, 2,
                double.PositiveInfinity]), ("minus infinity alone", [double.NegativeInfinity, double.NegativeInfinity]), ("ties", [2, 7, 7, -1, 7]),
            ("both zeros", [0, -0.0, -0.0]), ("subnormal ones", [3e-310, 5e-324, -1e-310]), ("one", [-3]),
        ];
        Primitive[] primitives =
        [
            new Sum([0]), new Max([0]), new Min([0]), new ArgMax(0), new ArgMin(0), new ArgSort(0), new ArgSort(0, Descending: true), new EuclideanNorm([0]),
            new Softmax(0), new LogSoftmax(0), new LogSumExp(0),
        ];
        foreach ((string name, double[] elements) in rows)
        {
            foreach (Primitive primitive in primitives)
            {
                yield return ($"{primitive} of {name}", primitive, elements);
            }
        }

        yield return ("EuclideanNorm of great numbers", new EuclideanNorm([0]), [3e200, -4e200]);
        yield return ("EuclideanNorm of small numbers", new EuclideanNorm([0]), [3e-200, 4e-200]);
        yield return ("LogSumExp of great numbers", new LogSumExp(0), [1000, 1001, -1000]);
        yield return ("Softmax of great numbers", new Softmax(0), [1000, 1001, -1000]);
        yield return ("Sum of what cancels", new Sum([0]), [1e16, 1, -1e16, 1]);
    }

    private static string? Reduced(BackendSubject subject, Primitive primitive, Tensor operand)
    {
        // what cancels is off by roundings of what cancelled
        double[] elements = Closeness.Numbers(operand);
        double size = elements.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        return Against(subject, primitive, [operand], closeness: primitive is Sum && size > 1 && double.IsFinite(elements.Sum())
            ? new Closeness(0, OfOne: 8 * size) : Closeness.Of(primitive));
    }

    private static string? Chosen(BackendSubject subject, DType dtype)
    {
        double[] numbers = Floating(dtype);
        Tensor mask = Tensor.From([.. numbers.Select((_, i) => i % 2 == 0)]);
        return Against(subject, Where.Instance, [mask, Of(numbers, dtype), Of([.. numbers.Reverse()], dtype)]);
    }

    private static string? Converted(BackendSubject subject, DType from, DType to)
    {
        subject.Require(from);
        subject.Require(to);
        return Against(subject, new Hyperdiff.Primitives.Convert(to), [Of([.. s_doubles, 1e300, 1e-300, 1 + 6e-8], from)]);
    }

    private static string? InfiniteProduct(BackendSubject subject, DType dtype)
    {
        Tensor a = Tensor.From(new double[,] { { 0, 1 }, { double.PositiveInfinity, 2 }, { double.NaN, 0 } }).To(dtype);
        Tensor b = Tensor.From(new double[,] { { double.PositiveInfinity, 1 }, { 3, 0 } }).To(dtype);
        return Against(subject, new MatMul(), [a, b]);
    }

    // what no element type holds, and what points nowhere, is an error of the same kind as by the definition
    private static IEnumerable<ConformanceCase> Refusals()
    {
        Tensor most = Tensor.From([1, int.MaxValue]), one = Tensor.From([1, 1]), least = Tensor.From([1, int.MinValue]);
        (string Name, Primitive Primitive, Tensor[] Operands)[] refused =
        [
            ("Add of integers that does not hold", Add.Instance, [most, one]), ("Subtract of integers that does not hold", Subtract.Instance, [least, one]),
            ("Multiply of integers that does not hold", Multiply.Instance, [most, most]),
            ("Convert of NaN to integers", new Hyperdiff.Primitives.Convert(DType.Int32), [Tensor.From([1, float.NaN])]),
            ("Convert of great numbers to integers", new Hyperdiff.Primitives.Convert(DType.Int32), [Tensor.From([1, 3e9f])]),
            ("Take beyond the end", new Take(0), [Tensor.From([1f, 2f]), Tensor.From([0, 2])]),
            ("Take before the start", new Take(0), [Tensor.From([1f, 2f]), Tensor.From([-1, 1])]),
            ("ScatterAdd beyond the end", new ScatterAdd(0, 2), [Tensor.From([1f, 2f]), Tensor.From([0, 2])]),
            ("OneHot of a class that there is not", new OneHot(2, DType.Float32), [Tensor.From([0, 2])]),
        ];
        foreach ((string name, Primitive primitive, Tensor[] operands) in refused)
        {
            yield return new ConformanceCase("edges", name, subject =>
            {
                Exception? expected = BackendSubject.Caught(() => ReferenceBackend.Instance.Execute(primitive, operands));
                Tensor[] placed = subject.Place(operands);
                Graph graph = PrimitiveConformance.Graph(primitive, operands.Select(operand => operand.Type));

                // whoever refuses only when elements are read, refuses
                return BackendSubject.Difference(expected, BackendSubject.Caught(() => subject.Read(subject.Backend.Execute(primitive, placed))))
                    ?? BackendSubject.Difference(expected, BackendSubject.Caught(() => subject.Read(subject.Backend.Compile(graph).Run(placed))));
            });
        }
    }

    private static Tensor Of(double[] numbers, DType dtype) => dtype switch
    {
        DType.Float32 => Tensor.From([.. numbers.Select(number => (float)number)]),
        DType.Int32 => Tensor.From([.. numbers.Select(number => (int)number)]),
        _ => Tensor.From(numbers),
    };
}
