using System.Collections.Immutable;
using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Primitives;

/// <summary>The law of batches, for every primitive of the registry: what is computed for all items at once is what is computed for each.</summary>
public sealed class BatchingLawsTests
{
    private const int Size = 3;

    /// <summary>A batch may add in another order: at most so many roundings of numbers no greater than the scale.</summary>
    private const double Roundings = 64;

    public static TheoryData<string, DType> Cases => PrimitiveTheory.InBothTypes(PrimitiveCases.All.Where(item => item.Operands.Length > 0));

    public static TheoryData<string, DType> DifferentiableCases => PrimitiveTheory.InBothTypes(PrimitiveCases.All.Where(item => item.Active.Count > 0));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Batch_IsEveryItem(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        AssertItems(item, PrimitiveTheory.Graph(item, dtype), item.At(dtype));
    }

    [Theory]
    [MemberData(nameof(DifferentiableCases))]
    public void BatchOfTheDerivative_IsTheDerivativeOfEveryItem(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Graph graph = PrimitiveTheory.Graph(item, dtype);
        AssertItems(item, Derivatives.Reverse(graph, item.Active),
            [.. item.At(dtype), .. PrimitiveTheory.Directions(graph.Outputs.Select(output => output.Type), seed: 31)]);
    }

    [Theory]
    [MemberData(nameof(DifferentiableCases))]
    public void DerivativeOfTheBatch_IsTheDerivativeOfEveryItem(string name, DType dtype)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Graph graph = PrimitiveTheory.Graph(item, dtype);
        Tensor[][] points = Items(item, [.. item.At(dtype), .. PrimitiveTheory.Directions(graph.Outputs.Select(output => output.Type), seed: 32)]);
        Graph batch = Batching.Of(graph, [.. graph.Inputs.Select(_ => true)], Size).Repeated;

        AssertSame(
            [.. points.Select(point => Derivatives.Reverse(graph, item.Active).Call(point).Outputs)],
            Derivatives.Reverse(batch, item.Active).Call(Stacked(points)).Outputs);
    }

    private static void AssertItems(PrimitiveCase item, Graph graph, Tensor[] point)
    {
        Tensor[][] points = Items(item, point);
        foreach (Axes batched in PrimitiveTheory.Subsets(new Axes([.. Enumerable.Range(0, point.Length)])))
        {
            Tensor[][] mixed = [.. points.Select(own => own.Select((tensor, i) => batched.Contains(i) ? tensor : point[i]).ToArray())];
            ImmutableArray<bool> flags = [.. Enumerable.Range(0, point.Length).Select(batched.Contains)];
            Tensor[] stacked = Stacked(mixed);
            Tensor[] result = Batching.Of(graph, flags, Size).Repeated.Call([.. stacked.Select((tensor, i) => flags[i] ? tensor : point[i])]).Outputs;
            AssertSame([.. mixed.Select(own => graph.Call(own).Outputs)], result);
        }
    }

    private static void AssertSame(Tensor[][] items, Tensor[] batch)
    {
        Tensor[] expected = Stacked(items);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, batch[i].Type);
            double[] wanted = expected[i].To(DType.Float64).ToArray<double>();
            double[] numbers = batch[i].To(DType.Float64).ToArray<double>();
            double scale = Math.Max(1, wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max());
            double tolerance = expected[i].DType.IsFloating() ? Roundings * expected[i].DType.Epsilon() * scale : 0;
            for (int j = 0; j < wanted.Length; j++)
            {
                Assert.True(wanted[j].Equals(numbers[j]) || Math.Abs(wanted[j] - numbers[j]) <= tolerance,
                    $"output {i} [{j}]: one by one {wanted[j]}, at once {numbers[j]}");
            }
        }
    }

    // the elements of every operand, moved on by one from item to item, so that they stay where the case says they may lie; of matrices, rows and columns, so
    // that diagonals stay
    private static Tensor[][] Items(PrimitiveCase item, Tensor[] point) =>
        [.. Enumerable.Range(0, Size).Select(
            shift => point.Select((tensor, i) => Moved(item, tensor, shift, i < item.Operands.Length && item.Operands[i].IsOrdered)).ToArray())];

    private static Tensor Moved(PrimitiveCase item, Tensor tensor, int shift, bool stays) => tensor.Count == 0 || stays
        ? tensor
        : item.Primitive is MatrixPrimitive
            ? Enumerable.Range(0, tensor.Rank).Aggregate(tensor, (moved, axis) => moved.Roll(shift, axis))
            : tensor.Reshape(-1).Roll(shift, 0).Reshape(tensor.Shape);

    private static Tensor[] Stacked(Tensor[][] items) =>
        [.. Enumerable.Range(0, items[0].Length).Select(i => Tensor.Stack(0, [.. items.Select(item => item[i])]))];
}
