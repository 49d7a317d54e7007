using Hyperdiff.Fixtures;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Primitives;

/// <summary>What the law suites share: cases by name, graphs of one primitive, directions, and comparisons with derived tolerances.</summary>
internal static class PrimitiveTheory
{
    /// <summary>A bound of central differences beyond this would prove nothing: a sample lies too close to a kink.</summary>
    private const double UsefulBound = 1e-7;

    /// <summary>A rule in float32 is a chain of at most this many roundings of numbers that are no greater than the scale.</summary>
    private const double SingleRoundings = 32;

    public static TheoryData<string, DType> InBothTypes(IEnumerable<PrimitiveCase> cases)
    {
        var data = new TheoryData<string, DType>();
        foreach (PrimitiveCase item in cases)
        {
            foreach (DType dtype in item.DTypes)
            {
                data.Add(item.Name, dtype);
            }
        }

        return data;
    }

    public static PrimitiveCase Find(string name) => PrimitiveCases.All.Single(item => item.Name == name);

    /// <summary>A graph of the one equation; a report is no function of the operands, so it is no output.</summary>
    public static Graph Graph(PrimitiveCase item, DType dtype)
    {
        var builder = new GraphBuilder();
        Value[] inputs = [.. item.At(dtype).Select(operand => builder.Input(operand.Type))];
        return builder.Build([.. builder.Add(item.Primitive, inputs).Where((_, i) => i != item.Primitive.ReportResult)]);
    }

    /// <summary>Every input alone, and all together.</summary>
    public static IEnumerable<Axes> Subsets(Axes active) => active.Count == 1 ? [active] : [.. active.Items.Select(i => new Axes(i)), active];

    /// <summary>Numbers of both signs, of size at most 1; zeros where the type has no tangents.</summary>
    public static Tensor[] Directions(IEnumerable<TensorType> types, int seed) =>
    [
        .. types.Select((type, i) => type.DType.IsFloating()
            ? new OperandSample(type.Shape, OperandSample.Spread(type.Shape.ElementCount, -1, 1, seed + i), null, true).ToTensor(type.DType)
            : Tensor.Zeros(type.Shape, type.DType)),
    ];

    /// <summary>The elements of all floating tensors, one after the other.</summary>
    public static double[] Numbers(IEnumerable<Tensor> tensors) =>
        [.. tensors.Where(tensor => tensor.DType.IsFloating()).SelectMany(tensor => tensor.To(DType.Float64).ToArray<double>())];

    /// <summary>
    /// Compares a derivative with extrapolated central differences of the same function in float64, at the same point: for float32, the point is rounded first.
    /// </summary>
    public static void AssertDerivative(
        PrimitiveCase item, Tensor[] actual, DType dtype, Tensor[] point, Axes active, Tensor[] direction, Func<Tensor[], Tensor[]> function)
    {
        // a conversion to float32 has roundings for its values, which differences cannot see through
        if (item.Primitive is Hyperdiff.Primitives.Convert { Target: DType.Float32 })
        {
            Assert.Equal(Numbers(direction.Select(tensor => tensor.To(DType.Float32))),
                Numbers(actual).Length == 0 ? [] : Numbers(actual)[..Numbers(direction).Length]);
            return;
        }

        Tensor[] exact = [.. point.Select(tensor => tensor.DType == DType.Float32 ? tensor.To(DType.Float64) : tensor)];
        Tensor[] line = [.. direction.Select(tensor => tensor.To(DType.Float64))];
        (double[] expected, double[] bound) = Richardson.Derivative(t =>
        {
            Tensor[] moved = [.. exact];
            for (int i = 0; i < active.Count; i++)
            {
                moved[active[i]] = exact[active[i]] + (t * line[i]);
            }

            return Numbers(function(moved));
        });
        double[] numbers = Numbers(actual);
        Assert.Equal(expected.Length, numbers.Length);
        double scale = Math.Max(1, expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(bound[i] <= UsefulBound * scale, $"[{i}]: the sample is too close to a kink: differences hold to {bound[i]} only");
            double tolerance = bound[i] + (dtype == DType.Float32 ? SingleRoundings * DType.Float32.Epsilon() * scale : 0);
            Assert.True(Math.Abs(expected[i] - numbers[i]) <= tolerance, $"[{i}]: expected {expected[i]} ± {tolerance}, got {numbers[i]}");
        }
    }

    /// <summary><c>⟨u, J v⟩ = ⟨Jᵀ u, v⟩</c>, up to so many roundings of each of the products that are added.</summary>
    public static void AssertAdjoint(LinearMap map, IEnumerable<TensorType> inputs, double roundings)
    {
        Tensor[] v = Directions(inputs, seed: 21);
        Tensor[] u = Directions(map.Outputs.Select(output => output.Type), seed: 22);
        Tensor[] jv = [.. map.Apply(v).Tangents.Select((tangent, i) => tangent ?? Tensor.ZerosLike(map.Outputs[i]))];
        Tensor[] ju = map.ApplyTransposed(u).Outputs;
        AssertSameInnerProduct(u, jv, ju, v, roundings);
    }

    /// <summary>
    /// ⟨a, b⟩ = ⟨c, d⟩ up to so many roundings of their terms, in the coarsest type that takes part; or of what the terms were computed from, of that scale,
    /// where they may be differences that vanish.
    /// </summary>
    public static void AssertSameInnerProduct(Tensor[] a, Tensor[] b, Tensor[] c, Tensor[] d, double roundings, double scale = 0)
    {
        (double left, double leftSize) = Inner(Numbers(a), Numbers(b));
        (double right, double rightSize) = Inner(Numbers(c), Numbers(d));
        double epsilon = a.Concat(b).Concat(d).Select(tensor => tensor.DType).Where(type => type.IsFloating()).Select(type => type.Epsilon())
            .DefaultIfEmpty().Max();
        double tolerance = roundings * epsilon * Math.Max(scale, Math.Max(leftSize, rightSize));
        Assert.True(Math.Abs(left - right) <= tolerance, $"⟨u, Jv⟩ = {left}, ⟨Jᵀu, v⟩ = {right}, ± {tolerance}");
    }

    // the inner product, and the sum of the sizes of its terms, which its rounding errors are proportional to
    private static (double Product, double Size) Inner(double[] x, double[] y)
    {
        Assert.Equal(x.Length, y.Length);
        double[] terms = [.. x.Zip(y, (a, b) => a * b)];
        return (terms.Sum(), terms.Sum(Math.Abs));
    }
}
