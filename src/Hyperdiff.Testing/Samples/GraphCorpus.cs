using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Testing.Samples;

/// <summary>Graphs as people write them, and some as nobody would, by name.</summary>
internal static class GraphCorpus
{
    /// <summary>The functions, with the shapes of their arguments.</summary>
    public static Dictionary<string, (Func<Tensor[], Tensor[]> Function, Shape[] Shapes)> All { get; } = new()
    {
        ["chain"] = (x => [((2 * x[0] + 1).Tanh() * x[0]).Exp() - x[1]], [[3000], [3000]]),
        ["bias"] = (x => [(x[0].MatMul(x[1]) + x[2]).Tanh()], [[5, 3], [3, 4], [4]]),
        ["column"] = (x => [x[0] * x[1] + x[2]], [[40, 60], [40, 1], [60]]),
        ["long rows"] = (x => [((x[0] * x[1] + x[2]).Tanh() * x[3]).Sum(0), (x[0] + x[1]).Sum(1), (x[0] - x[2]).Sum()], [[5, 3000], [5, 1], [3000], []]),
        ["many rows"] = (x => [((x[0] * x[1] + x[2]).Tanh() * x[3]).Sum(0), (x[0] + x[1]).Sum(1), (x[0] - x[2]).Sum()], [[3001, 7], [3001, 1], [7], []]),
        ["softmax"] = (x => [x[0].Exp() / x[0].Exp().Sum(-1, keepAxis: true)], [[20, 10]]),
        ["middle axis"] = (x => [x[0].Sum(1), x[0].Sum([0, 2]), x[0] + x[1]], [[3, 4, 5], [1, 4, 1]]),
        ["two structures"] = (x => [x[0] + x[1] + x[2]], [[3, 4, 5], [5], [3, 1, 1]]),
        ["small before stretched"] = (x => [x[0] * (0.5 * x[1].Exp()) + x[2].Tanh() * x[3].Exp()], [[9, 8], [8], [9, 1], []]),
        ["outputs and inputs"] = (x =>
            [x[0], x[0].Reshape(6), x[0] + 1, (x[0] + 1).Reshape(3, 2), Tensor.Ones([4], x[0].DType), x[1].BroadcastTo([2, 3]), x[0] + 1], [[2, 3], [3]]),
        ["two groups that need each other's work"] = (x => { Tensor a = x[0].Exp(); Tensor b = x[0] * a.Sum(); return [a + b, a - 1]; }, [[50]]),
        ["diamond through a product"] = (x => { Tensor a = x[0].Tanh(); return [a + a.MatMul(x[1]), a * 2]; }, [[6, 6], [6, 6]]),
        ["batched product"] = (x => [x[0].MatMul(x[1]), x[1].Transpose().MatMul(x[0].Transpose())], [[3, 4, 5], [5, 2]]),
        ["vectors"] = (x => [x[0].MatMul(x[1]), x[1].MatMul(x[1]), x[1].MatMul(x[0].Transpose())], [[4, 5], [5]]),
        ["permutations"] = (x => [x[0].Permute(2, 0, 1), x[0].Permute(1, 0, 2).Tanh(), x[0].Transpose() + 1], [[3, 4, 5]]),
        ["slices"] = (x => [x[0].Slice(0, 1, 3), new Hyperdiff.Primitives.Slice([2, 3, 4], [2, 2, 5], [-1, -2, -1]).Of(x[0]) + 1,
            x[0].Slice(2, 0, 5, 2).Transpose()], [[3, 4, 5]]),
        ["padding"] = (x => [x[0].Pad([1, 0, 2], [0, 3, 1]) + 1, new Hyperdiff.Primitives.Pad([7, 5, 10], [6, 1, 9], [-2, 1, -2]).Of(x[0]),
            x[0].Sum(0).Pad([0, 1], [0, 0]).Transpose()], [[3, 4, 5]]),
        ["windows"] = (x => [new Hyperdiff.Primitives.Windows([2, 3], [3, 3], [1, 1], [1, 1]).Of(x[0] + 1),
            new Hyperdiff.Primitives.Windows([2], [2], [2], [2]).Of(x[0]).Tanh(), new Hyperdiff.Primitives.Windows([1, 1], [4, 5], [1, 1], [1, 1]).Of(x[0]),
            new Hyperdiff.Primitives.Windows([1], [2], [1], [1]).Of(x[0].Sum([0, 1]))], [[3, 4, 5]]),
        ["overlapping windows"] = (x => [new Hyperdiff.Primitives.OverlapAdd([5, 40], [1, 1], [2, 1]).Of(x[0]) * 2,
            new Hyperdiff.Primitives.OverlapAdd([100], [3], [1]).Of(x[0].Tanh())], [[2, 2, 3, 1, 32]]),
        ["axes apart"] = (x => [x[0].Sum([0, 2]), x[0].Max([0, 2]), (x[0] * x[0]).Sum(1)], [[3, 4, 5]]),
        ["empty"] = (x => [x[0] + 1, x[0].Sum(), x[0].Sum(0), x[0].Exp().MatMul(x[1])], [[0, 3], [3, 2]]),
        ["inner size 0"] = (x => [x[0].MatMul(x[1]) + 1], [[2, 0], [0, 3]]),
        ["scalars"] = (x => [(x[0] * x[1] + 3).Tanh() / x[1]], [[], []]),
        ["ones everywhere"] = (x => [x[0] + x[1], x[0].Sum(1), (x[0] * x[1]).Sum(0)], [[1, 1, 4], [1, 4]]),
        ["reused operand"] = (x =>
        {
            Tensor a = x[0] + x[1]; Tensor b = a * a; Tensor c = b - a; return [c.MatMul(b.Transpose()),
            c.Sum(0)];
        }, [[30, 20], [20]]),
        ["extrema"] = (x => [(x[0] - x[1]).Max(), x[0].Max(0), x[0].Min(1), (x[0] * 2).Min(0)], [[1500, 5], [5]]),
        ["one pass"] = (x => [x[0].Transpose().MatMul((x[0].MatMul(x[1]) * x[2]).Tanh())], [[333, 20], [20], [333]]),
        ["one pass, wide"] = (x => [x[0].Transpose().MatMul((x[0].MatMul(x[1]) + x[2]).Tanh() * x[3])], [[333, 20], [20, 4], [4], [333, 1]]),
        ["one pass, factor first"] = (x => [(x[0].MatMul(x[1].Transpose()).Tanh() * x[2]).Transpose().MatMul(x[0])], [[333, 20], [4, 20], [333, 4]]),
        ["one pass, rows"] = (x => [(x[1].MatMul(x[0].Transpose()).Tanh() * x[2]).MatMul(x[0])], [[333, 20], [20], [333]]),
        ["one pass with what else is read"] = (x =>
        {
            Tensor z = x[0].MatMul(x[1]); Tensor u = z.Tanh() * x[2]; return [x[0].Transpose().MatMul(u), z, u,
            u.Sum(), z * x[1].Sum()];
        }, [[333, 20], [20], [333]]),
        ["one pass with two products"] = (x =>
        {
            Tensor z = x[0].MatMul(x[1]), s = x[0].MatMul(x[2]); return [x[0].Transpose().MatMul(z.Tanh() * s),
            (z - s).MatMul(x[0])];
        }, [[333, 20], [20], [20]]),
        ["one pass, nothing between"] = (x => [x[0].Transpose().MatMul(x[0].MatMul(x[1]))], [[333, 20], [20]]),
        ["one pass, nothing between, factor first"] = (x => [x[0].MatMul(x[1].Transpose()).Transpose().MatMul(x[0])], [[333, 200], [4, 200]]),
        ["one pass, nothing between, read"] = (x =>
        {
            Tensor z = x[0].MatMul(x[1]); return [x[0].Transpose().MatMul(z), z, z.Sum()];
        }, [[333, 200], [200, 4]]),
        ["no one pass: long rows"] = (x => [x[0].Transpose().MatMul(x[0].MatMul(x[1]))], [[20, 9000], [9000]]),
        ["no one pass: a chain"] = (x =>
        {
            Tensor z = x[0].MatMul(x[1]); Tensor y = x[0].Transpose()
            .MatMul(z.Tanh()); return [x[0].Transpose().MatMul(z - x[0].MatMul(y))];
        }, [[50, 20], [20]]),
        ["no one pass: waits for a sum"] = (x =>
        {
            Tensor z = x[0].MatMul(x[1]).Tanh(); return [x[0].Transpose().MatMul(z - z.Sum()),
            z * 2];
        }, [[50, 20], [20]]),
        ["one pass, long and narrow"] = (x => [x[0].Transpose().MatMul(x[0].MatMul(x[1]) - x[2])], [[40_000, 3], [3], [40_000]]),
        ["one pass, one row"] = (x => [x[0].Transpose().MatMul(x[0].MatMul(x[1]) - x[2])], [[1, 30], [30], [1]]),
        ["logistic gradient"] = (x => Gradient(y => LogisticLoss(y), x, 0), [[8], [50, 8], [50]]),
        ["mlp gradient"] = (x => Gradient(y => (((y[2].MatMul(y[0]) + y[1]).Tanh().MatMul(y[3])) - y[4]).Square().Sum(), x, 0),
            [[5, 6], [6], [20, 5], [6, 3], [20, 3]]),
        ["logistic product"] = (x => Product(y => Gradient(LogisticLoss, y, 0), x), [[8], [50, 8], [50]]),
    };

    /// <summary>The graph of a function, and operands for it.</summary>
    public static (Graph Graph, Tensor[] Operands) Trace(string name, DType dtype)
    {
        (Func<Tensor[], Tensor[]> function, Shape[] shapes) = All[name];
        Tensor[] operands = [.. shapes.Select((shape, i) => Draw.Normal(i + 1, shape, dtype))];
        return (TracedFunction.Of(function, operands).Graph, operands);
    }

    private static Tensor LogisticLoss(Tensor[] x) => ((1 + (-(x[1].MatMul(x[0]) * x[2])).Exp()).Log().Sum() / x[2].Count) + (0.5 * x[0].Square().Sum());

    private static Tensor[] Gradient(Func<Tensor[], Tensor> loss, Tensor[] arguments, int active)
    {
        TracedFunction traced = TracedFunction.Of(x => [loss(x)], arguments);
        return Derivatives.Gradient(traced.Graph, [active]).Call([.. arguments, .. traced.Captures]).Outputs;
    }

    // one product with the transposed derivative of the last output with respect to the first argument
    private static Tensor[] Product(Func<Tensor[], Tensor[]> function, Tensor[] arguments)
    {
        TracedFunction traced = TracedFunction.Of(x => [function(x)[^1]], arguments);
        return Derivatives.Reverse(traced.Graph, [0]).Call([.. arguments, .. traced.Captures, arguments[0]]).Outputs;
    }
}
