using System.Collections.Concurrent;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Testing;

/// <summary>The rules of every primitive as graphs that a backend runs: tangents, their transposes, batches; and that the transpose is one.</summary>
internal static class DerivativeConformance
{
    private const int Items = 2;

    // inner products of samples: on either side of the equation a rule of 32 roundings, and a sum of some tens of terms
    private const double Roundings = 64;

    private static readonly ConcurrentDictionary<(PrimitiveCase, DType, string), Tensor[]> s_expected = new();

    /// <summary>One case per line of the registry of primitives that is differentiated, and one per line that is batched.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        .. PrimitiveCases.All.Where(item => item.Active.Count > 0).Select(item => new ConformanceCase("derivatives", item.Name,
            subject => Each(subject, item, dtype => Check(subject, item, dtype)))),
        .. PrimitiveCases.All.Where(item => item.Operands.Length > 0).Select(item => new ConformanceCase("batches", item.Name,
            subject => Each(subject, item, dtype => Batch(subject, item, dtype)))),
    ];

    private static string? Check(BackendSubject subject, PrimitiveCase item, DType dtype)
    {
        Graph graph = GraphOf(item, dtype);
        Tensor[] point = item.At(dtype);
        Tensor[] tangents = Directions(item.Active.Items.Select(i => point[i].Type), 11);
        Tensor[] cotangents = Directions(graph.Outputs.Select(output => output.Type), 15);
        (string? wrong, Tensor[] forward) = Compare(subject, item, dtype, "tangent", Derivatives.Forward(graph, item.Active), [.. point, .. tangents]);
        (string? wrongToo, Tensor[] reverse) = Compare(subject, item, dtype, "cotangent", Derivatives.Reverse(graph, item.Active), [.. point, .. cotangents]);
        return wrong ?? wrongToo ?? Adjoint(cotangents, forward[graph.Outputs.Length..], reverse[graph.Outputs.Length..], tangents);
    }

    private static string? Batch(BackendSubject subject, PrimitiveCase item, DType dtype)
    {
        Graph graph = GraphOf(item, dtype);
        Tensor[] stacked = [.. item.At(dtype).Select((operand, i) => Tensor.Stack(0,
            [.. Enumerable.Range(0, Items).Select(shift => Moved(item, operand, i, shift))]))];
        return Compare(subject, item, dtype, "batch", Batching.Of(graph, [.. graph.Inputs.Select(_ => true)], Items).Repeated, stacked).Wrong;
    }

    private static (string? Wrong, Tensor[] Results) Compare(
        BackendSubject subject, PrimitiveCase item, DType dtype, string what, Graph graph, Tensor[] operands)
    {
        Tensor[] expected = s_expected.GetOrAdd((item, dtype, what), _ => graph.Run(ReferenceBackend.Instance, operands).Outputs);
        Tensor[] actual = subject.Run(graph, operands);

        // a rule is made of several primitives, sums among them, whatever the one that it belongs to
        return (Closeness.Of(item.Primitive).Or(Closeness.Accumulated).Difference(expected, actual) is { } difference ? $"{what}: {difference}" : null, actual);
    }

    // ⟨ȳ, J ẋ⟩ = ⟨Jᵀ ȳ, ẋ⟩, up to roundings of the terms on both sides
    private static string? Adjoint(Tensor[] cotangents, Tensor[] jx, Tensor[] jy, Tensor[] tangents)
    {
        double[] left = Terms(cotangents, jx), right = Terms(jy, tangents);
        double epsilon = cotangents.Concat(tangents).Where(tensor => tensor.DType.IsFloating()).Select(tensor => tensor.DType.Epsilon()).DefaultIfEmpty().Max();
        double allowed = Roundings * epsilon * Math.Max(left.Sum(Math.Abs), right.Sum(Math.Abs));
        double difference = Math.Abs(left.Sum() - right.Sum());
        return difference <= allowed || !double.IsFinite(left.Sum() + right.Sum()) ? null
            : FormattableString.Invariant($"⟨ȳ, J ẋ⟩ = {left.Sum():R} is not ⟨Jᵀ ȳ, ẋ⟩ = {right.Sum():R}, to {allowed:G3}");
    }

    private static double[] Terms(Tensor[] one, Tensor[] other) =>
        [.. one.Zip(other).Where(pair => pair.First.DType.IsFloating()).SelectMany(pair => Closeness.Numbers(pair.First).Zip(Closeness.Numbers(pair.Second),
            (x, y) => x * y))];

    // the elements, moved on by one from item to item, so that they stay where the case says they may lie; of matrices, rows and columns, so that diagonals
    // stay
    private static Tensor Moved(PrimitiveCase item, Tensor tensor, int operand, int shift) => tensor.Count == 0 || item.Operands[operand].IsOrdered
        ? tensor
        : item.Primitive is MatrixPrimitive
            ? Enumerable.Range(0, tensor.Rank).Aggregate(tensor, (moved, axis) => moved.Roll(shift, axis))
            : tensor.Reshape(-1).Roll(shift, 0).Reshape(tensor.Shape);

    private static string? Each(BackendSubject subject, PrimitiveCase item, Func<DType, string?> check) => subject.Each(
        dtype => GraphOf(item, dtype) is var graph && graph.Inputs.Concat(graph.Outputs).All(value => subject.Has(value.Type.DType)) ? check(dtype) : null,
        item.DTypes);

    private static Graph GraphOf(PrimitiveCase item, DType dtype) => PrimitiveConformance.Graph(item.Primitive, item.At(dtype).Select(operand => operand.Type));

    // numbers of both signs, of size at most 1; zeros where the type has no tangents
    private static Tensor[] Directions(IEnumerable<TensorType> types, int seed) =>
    [
        .. types.Select((type, i) => type.DType.IsFloating()
            ? new OperandSample(type.Shape, OperandSample.Spread(type.Shape.ElementCount, -1, 1, seed + i), null, true).ToTensor(type.DType)
            : Tensor.Zeros(type.Shape, type.DType)),
    ];
}
