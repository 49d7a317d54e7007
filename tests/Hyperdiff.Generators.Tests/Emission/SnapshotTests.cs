using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Emission;

/// <summary>What is emitted for one construct, to the letter; and what it computes, against a derivative written by hand.</summary>
public sealed class SnapshotTests
{
    // the file; the program; what is computed of it; the same by hand
    public static TheoryData<string, string, string, double[]> Constructs => new()
    {
        {
            "Weights.Tree.g.cs",
            "[Tree] public sealed partial record Weights(Tensor W, [Frozen] Tensor B, int Depth) { public Tensor Extra { get; init; } = W; }",
            """
            var w = new Weights(Tensor.Scalar(2), Tensor.Scalar(3), 4) { Extra = Tensor.Scalar(5) };
            Weights slope = Diff.Grad((Weights v) => (v.W.Square() * v.B) + ((double)v.Depth * v.Extra), w + (0.5 * w));
            return [slope.W.ToScalar(), slope.B.ToScalar(), slope.Extra.ToScalar(), slope.Depth];
            """,
            [2 * 3 * 4.5, 0, 4, 4]
        },
        {
            "Pair.Tree.g.cs",
            "namespace Demo; partial class Outer { [Tree] internal readonly partial record struct Pair((Tensor, Tensor[]) Both, Pair[] Rest); }",
            """
            var last = new Demo.Outer.Pair((Tensor.Scalar(5), []), []);
            var pair = new Demo.Outer.Pair((Tensor.Scalar(2), [Tensor.Scalar(3)]), [last]);
            Demo.Outer.Pair slope = Diff.Grad((Demo.Outer.Pair p) => (p.Both.Item1 * p.Both.Item2[0]) + p.Rest[0].Both.Item1.Square(), pair);
            return [slope.Both.Item1.ToScalar(), slope.Both.Item2[0].ToScalar(), slope.Rest[0].Both.Item1.ToScalar()];
            """,
            [3, 2, 10]
        },
        {
            "Model.StepMap.g.cs",
            "public static partial class Model { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, Tensor x, int n) => (h * w) + ((double)n * x); }",
            """
            Tensor slope = Diff.Grad((Tensor h) => Model.StepMap(Tensor.Scalar(5), 3).Evaluate(Tensor.Scalar(2), h).Square(), Tensor.Scalar(0.5));
            return [slope.ToScalar()];
            """,
            [2 * 2 * (1 + 15)]
        },
        {
            "Model.CellMap.g.cs",
            "public static partial class Model { [FixedPointMap] static (Tensor, Tensor A, Tensor B) Cell(Tensor w, Tensor h) => (w * h, w.Square() * h, h.Square()); }",
            """
            Tensor slope = Diff.Grad((Tensor h) => { var (next, (a, b)) = Model.CellMap.EvaluateWithAuxiliary(Tensor.Scalar(3), h); return next + a + b; }, Tensor.Scalar(7));
            return [slope.ToScalar()];
            """,
            [3 + 9 + 14]
        },
        {
            "Model.BalanceCondition.g.cs",
            "public static partial class Model { [RootCondition] static Tensor Balance(Tensor w, Tensor h, Tensor x) => (h * w * w * w) - x; }",
            """
            Tensor slope = Diff.Grad((Tensor w) => Model.BalanceCondition(Tensor.Scalar(7)).Evaluate(w, Tensor.Scalar(2)), Tensor.Scalar(3));
            return [slope.ToScalar(), Model.BalanceCondition(Tensor.Scalar(7)).Evaluate(Tensor.Scalar(3), Tensor.Scalar(2)).ToScalar()];
            """,
            [3 * 2 * 9, (2 * 27) - 7]
        },
        {
            "Model.TrainObjective.g.cs",
            "public static partial class Model { [OuterObjective] static Tensor Train(Tensor w, Tensor h, [Batch] Tensor x, Tensor y) => (x * w.Square() * h).Mean() + y; }",
            """
            return [Model.TrainObjective(Tensor.From([1.0, 3]), Tensor.Scalar(9)).Gradient(Tensor.Scalar(5), Tensor.Scalar(7)).ToScalar()];
            """,
            [2 * 2 * 5 * 7]
        },
        {
            "Model.Slope.Gradient.g.cs",
            "public static partial class Model { [InnerObjective] static Tensor Train(Tensor w, Tensor h) => w.Square() * w * h; [GradientOf(\"Train\")] internal static partial "
                + "Tensor Slope(Tensor w, Tensor h); }",
            "return [Model.Slope(Tensor.Scalar(2), Tensor.Scalar(5)).ToScalar()];",
            [3 * 4 * 5]
        },
        {
            "Model.Curve.HessianProduct.g.cs",
            "[Tree] public partial record W(Tensor A, Tensor B); public static partial class Model { [InnerObjective] static Tensor Train(W w, Tensor h, Tensor x) => "
                + "w.A.Square() * w.B * h * x; [HessianProductOf(\"Train\")] public static partial W Curve(W w, Tensor h, Tensor x, W v); }",
            """
            W product = Model.Curve(new W(Tensor.Scalar(2), Tensor.Scalar(3)), Tensor.Scalar(5), Tensor.Scalar(7), new W(Tensor.Scalar(1), Tensor.Scalar(10)));
            return [product.A.ToScalar(), product.B.ToScalar()];
            """,
            [35 * ((2 * 3 * 1) + (2 * 2 * 10)), 35 * (2 * 2 * 1)]
        },
        {
            "Model.Back.Pullback.g.cs",
            "[Tree] public partial record W(Tensor A, Tensor B); public static partial class Model { [FixedPointMap] static (W, Tensor) Step(W w, Tensor h) => "
                + "(new W(w.A * w.B, w.B.Square() * h), h); [GradientOf(nameof(Step))] public static partial W Back(W w, Tensor h, W cotangent); }",
            """
            W back = Model.Back(new W(Tensor.Scalar(2), Tensor.Scalar(3)), Tensor.Scalar(5), new W(Tensor.Scalar(1), Tensor.Scalar(10)));
            return [back.A.ToScalar(), back.B.ToScalar()];
            """,
            [3, 2 + (2 * 3 * 5 * 10)]
        },
        {
            "Model.EnergyFunction.g.cs",
            "[Tree] public partial record Net(Tensor W); public static partial class Model { /// <summary>An energy.</summary>\n[Differentiable] static Tensor "
                + "Energy(Tensor x, Net net, int power, (Tensor, Tensor)[] ToString) => x.Pow(power) * net.W * ToString[0].Item2; }",
            """
            var point = (Tensor.Scalar(2), new Net(Tensor.Scalar(5)), 3, new[] { (Tensor.Scalar(0), Tensor.Scalar(7)) });
            var (slope, net, power, pairs) = Model.EnergyFunction.Grad(point);
            return [slope.ToScalar(), net.W.ToScalar(), power, pairs[0].Item2.ToScalar()];
            """,
            [3 * 4 * 5 * 7, 8 * 7, 3, 8 * 5]
        },
        {
            "Model.TwiceFunction.g.cs",
            "public static partial class Model { [Differentiable] static (Tensor Double, Tensor Square) Twice(Tensor x) => (2.0 * x, x.Square()); }",
            """
            var (value, tangent) = Model.TwiceFunction.Jvp(Tensor.Scalar(3), Tensor.Scalar(5));
            return [value.Square.ToScalar(), tangent.Double.ToScalar(), tangent.Square.ToScalar(),
                Model.TwiceFunction.Vjp(Tensor.Scalar(3), (Tensor.Scalar(1), Tensor.Scalar(10))).Cotangent.ToScalar()];
            """,
            [9, 10, 30, 2 + 60]
        },
        {
            "Hyperdiff.TreeRegistrations.g.cs",
            "[Tree] public partial record Leaf(Tensor A); static partial class M { [FixedPointMap] static Leaf[] F(Leaf[] w, (Tensor A, Leaf[] B) h) => w; }",
            """
            (Tensor a, Leaf[] b) = Diff.Grad(((Tensor A, Leaf[] B) h) => h.A.Square() * h.B[0].A, (Tensor.Scalar(3), new Leaf[] { new(Tensor.Scalar(5)) }));
            return [a.ToScalar(), b[0].A.ToScalar()];
            """,
            [2 * 3 * 5, 9]
        },
    };

    [Theory]
    [MemberData(nameof(Constructs))]
    public void Emission_OfOneConstruct_IsTheSnapshot_AndComputesTheDerivative(string file, string source, string computed, double[] byHand)
    {
        string emitted = GeneratorRun.Of(source).File(file);
        string path = Path.Combine(Repository.Root, "tests", "Hyperdiff.Generators.Tests", "Snapshots", file + ".txt");

        // all numbers are small integers and halves, and so are those on the way to them
        Assert.Equal(byHand, Program.Run(source, $"public static class Run {{ public static double[] Now() {{ {computed} }} }}"));

        // to accept a change, delete the file and run the test twice
        if (!File.Exists(path))
        {
            File.WriteAllText(path, emitted);
            Assert.Fail($"There was no snapshot {file}; it was written, look at it.");
        }

        Assert.Equal(File.ReadAllText(path), emitted);
    }
}
