using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Transforms;

/// <summary>Functions that read their argument part by part: derivatives are those of the same function of the whole, and cost as much as it, in elements that
/// are computed, not in equations alone.</summary>
public sealed class PartCotangentTests
{
    private static readonly Dictionary<string, (Func<int, Tensor> At, Func<Tensor, Tensor> Function)> s_readers = new()
    {
        ["elements"] = (n => Numbers([n]), x => Each(x.Count - 1, i => x[i] * x[i + 1])),
        ["rows"] = (n => Numbers([n, 4]), x => Each(x.Shape[0], i => x[i].Square().Sum() * x[0].Sum())),
        ["columns"] = (n => Numbers([3, n]), x => Each(x.Shape[1], i => x[.., i].Prod())),
        ["elements of a matrix"] = (n => Numbers([n, 3]), x => Each(x.Shape[0] * 3, i => x[i / 3, i % 3].Sin())),
        ["windows"] = (n => Numbers([n]), x => Each(x.Count - 5, i => x[i..(i + 5)].Prod())),
        ["every third"] = (n => Numbers([n]), x => Each(x.Count, i => x[i]) + x.Slice(0, 1, x.Count, 3).Square().Sum() + x.Flip(0)[1..4].Prod()),
        ["split"] = (n => Numbers([n]), x => x.Split(0, [.. Enumerable.Repeat(1, x.Count)]).Aggregate(Tensor.Scalar(0), (sum, y) => sum + y.Square().Sum())),
        ["chosen"] = (n => Numbers([n]), x => Each(x.Count, i => x.Take(Tensor.From([i, (2 * i) % x.Count])).Prod())),
        ["chosen columns"] = (n => Numbers([2, n]), x => Each(x.Shape[1], i => x.Take(Tensor.From([i]), 1).Prod())),
        ["elements of a result"] = (n => Numbers([n]), x => x.Sin() is var y ? Each(x.Count, i => y[i] * y[0]) + (y * y).Sum() : y),
    };

    public static TheoryData<string> Readers => [.. s_readers.Keys];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Derivatives_AreThoseOfDifferences(string name)
    {
        (Func<int, Tensor> at, Func<Tensor, Tensor> f) = s_readers[name];
        Tensor x = at(12), direction = x.Cos();
        Tensor gradient = Diff.Grad(f, x);

        // forward mode makes no use of the transpose
        Assert.Equal(Diff.Jvp(f, x, direction).Tangent.ToScalar(), (gradient * direction).Sum().ToScalar(), 1e-12);
        Assert.Equal(Diff.Jvp(y => Diff.Jvp(f, y, direction).Tangent, x, direction).Tangent.ToScalar(),
            (Diff.Hvp(f, x, direction) * direction).Sum().ToScalar(), 1e-11);
        Tensor batched = Diff.Vmap((Tensor y) => Diff.Grad(f, y), Tensor.Stack(0, x, x + 1));
        Assert.Equal(gradient.Reshape(-1).ToArray<double>(), batched[0].Reshape(-1).ToArray<double>());
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public void Derivatives_ComputeAsManyElementsAsTheFunction(string name)
    {
        (Func<int, Tensor> at, Func<Tensor, Tensor> f) = s_readers[name];
        Graph function = TracedFunction.Of(x => [f(x[0])], [at(1600).Type]).Graph;
        (string Mode, Func<Graph, Graph> Of)[] modes =
        [
            ("gradient", graph => Derivatives.Gradient(graph, [0])),
            ("product with the Hessian", graph => Derivatives.Forward(Derivatives.Gradient(graph, [0]), [0])),
            ("gradient of the gradient", graph => Derivatives.Reverse(Derivatives.Gradient(graph, [0]), [0])),
        ];
        foreach ((string mode, Func<Graph, Graph> of) in modes)
        {
            // a few tens of equations for one, each of its size, and the whole a few times: quadratic cost would be 1600 times more
            long computed = Elements(of(function));
            Assert.True(computed <= 100 * Elements(function), $"{mode}: {computed} elements for {Elements(function)}");
        }
    }

    private static Tensor Numbers(Shape shape) => (Tensor.Arange(shape.ElementCount).To(DType.Float64) * 0.7).Sin().Reshape([.. shape.Sizes]) + 1.5;

    private static Tensor Each(int count, Func<int, Tensor> term)
    {
        Tensor sum = Tensor.Scalar(0);
        for (int i = 0; i < count; i++)
        {
            sum += term(i);
        }

        return sum;
    }

    private static long Elements(Graph graph) =>
        Expansion.Of(graph).Equations.Sum(equation => equation.Results.Sum(result => 1L + result.Type.Shape.ElementCount));
}
