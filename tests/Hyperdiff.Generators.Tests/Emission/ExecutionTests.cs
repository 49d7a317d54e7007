using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Emission;

/// <summary>Emitted code is compiled without warnings, run, and compared with values and derivatives by hand.</summary>
public sealed class ExecutionTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Objective_ItsValueAndGradient_AreThoseByHand()
    {
        double[] result = Program.Run("""
            [Tree] public sealed partial record Weights(Tensor A, [Frozen] Tensor B);

            public static partial class Model
            {
                [InnerObjective] static Tensor Loss(Weights w, Tensor h, Tensor x) => (w.A.Tanh() * x * w.B).Sum() + h * w.A.Square().Sum();

                [GradientOf(nameof(Loss))] public static partial Weights Slope(Weights w, Tensor h, Tensor x);
            }

            public static class Run
            {
                public static double[] Now()
                {
                    var w = new Weights(Tensor.Scalar(0.3), Tensor.Scalar(2));
                    Weights slope = Model.Slope(w, Tensor.Scalar(0.7), Tensor.Scalar(-1.5));
                    return [Model.LossObjective(Tensor.Scalar(-1.5)).Evaluate(w, Tensor.Scalar(0.7)).ToScalar(), slope.A.ToScalar(), slope.B.ToScalar()];
                }
            }
            """);

        double tanh = Math.Tanh(0.3);
        Assert.Equal((-3 * tanh) + (0.7 * 0.09), result[0], Tolerance);
        Assert.Equal((-3 * (1 - (tanh * tanh))) + (2 * 0.7 * 0.3), result[1], Tolerance);
        Assert.Equal(0.0, result[2]);
    }

    [Fact]
    public void Structures_OfAllKinds_AreTakenApartAndRebuilt()
    {
        double[] result = Program.Run("""
            using System.Collections.Generic;
            using System.Collections.Immutable;

            [Tree]
            public sealed partial class Layer
            {
                public required Tensor A { get; init; }

                public Tensor? Bias { get; set; }

                public int? Width { get; set; }

                public Layer? Next { get; init; }
            }

            public static partial class Model
            {
                [InnerObjective]
                public static Tensor Loss(ImmutableArray<Layer> w, Dictionary<string, Tensor> h, IReadOnlyDictionary<string, Tensor> x, Tensor? shift = null) =>
                    (w[0].A * h["b"] * x["one"]) + (w[0].Bias ?? Tensor.Scalar(0)).Square() + (w[0].Next?.A ?? h["a"]) + (double)(w[0].Width ?? 100) + (shift ?? h["a"]);

                [GradientOf(nameof(Loss))]
                public static partial ImmutableArray<Layer> Slope(ImmutableArray<Layer> w, Dictionary<string, Tensor> h, IReadOnlyDictionary<string, Tensor> x, Tensor? shift);
            }

            public static class Run
            {
                public static double[] Now()
                {
                    ImmutableArray<Layer> w = [new Layer { A = Tensor.Scalar(2), Bias = Tensor.Scalar(3), Width = 7, Next = new Layer { A = Tensor.Scalar(5) } }];
                    var h = new Dictionary<string, Tensor> { ["b"] = Tensor.Scalar(11), ["a"] = Tensor.Scalar(13) };
                    var x = ImmutableDictionary<string, Tensor>.Empty.Add("one", Tensor.Scalar(17));
                    Layer slope = Model.Slope(w, h, x, null)[0];
                    ImmutableArray<Layer> plain = [new Layer { A = Tensor.Scalar(2) }];
                    return
                    [
                        Model.LossObjective(x).Evaluate(w, h).ToScalar(), Model.LossObjective(x, Tensor.Scalar(19)).Evaluate(plain, h).ToScalar(),
                        slope.A.ToScalar(), slope.Bias!.ToScalar(), slope.Next!.A.ToScalar(), slope.Next.Bias is null ? 1 : 0, slope.Width ?? 0,
                    ];
                }
            }
            """);

        Assert.Equal([(2 * 11 * 17) + 9 + 5 + 7 + 13, (2 * 11 * 17) + 13 + 100 + 19, 11 * 17, 6, 1, 1, 7], result);
    }

    [Fact]
    public void Map_WithAuxiliaryOutputAndStatics_IsTheMethod()
    {
        double[] result = Program.Run("""
            public enum Kind { Once = 1, Twice = 2 }

            internal static partial class Model
            {
                [FixedPointMap]
                static ((Tensor P, Tensor Q)[] Next, Tensor Sum) Swap((Tensor P, Tensor Q)[] w, Tensor h, Kind kind, bool flip) =>
                    ([flip ? (h * w[0].Q, (double)(int)kind * w[0].P) : w[0]], w[0].P + w[0].Q);
            }

            public static class Run
            {
                public static double[] Now()
                {
                    var (next, sum) = Model.SwapMap(Kind.Twice, true).EvaluateWithAuxiliary([(Tensor.Scalar(3), Tensor.Scalar(5))], Tensor.Scalar(10));
                    return [next[0].P.ToScalar(), next[0].Q.ToScalar(), sum.ToScalar(), Model.SwapMap(Kind.Twice, false).Evaluate(next, Tensor.Scalar(1))[0].P.ToScalar()];
                }
            }
            """);

        Assert.Equal([50, 6, 8, 50], result);
    }

    [Fact]
    public void Tree_InTheGlobalNamespaceAndNested_IsRegisteredAndRebuilt()
    {
        double[] result = Program.Run("""
            public partial class Outer<T> { }

            public partial class Outer
            {
                public partial interface IMiddle
                {
                    [Tree] public partial record struct Inner(Tensor A) { public Tensor B = Tensor.Scalar(1); public required Tensor C { get; init; } }
                }
            }

            public static class Run
            {
                public static double[] Now()
                {
                    var inner = new Outer.IMiddle.Inner(Tensor.Scalar(2)) { C = Tensor.Scalar(4) };
                    Outer.IMiddle.Inner moved = Tree.Of<Outer.IMiddle.Inner>().Rebuild(2.0 * inner + inner, new LeafReader([Tensor.Scalar(7), Tensor.Scalar(8), Tensor.Scalar(9)]));
                    Outer.IMiddle.Inner tripled = 2.0 * inner + inner;
                    return [moved.A.ToScalar(), moved.B.ToScalar(), moved.C.ToScalar(), tripled.A.ToScalar(), tripled.B.ToScalar(), tripled.C.ToScalar()];
                }
            }
            """);

        Assert.Equal([7, 8, 9, 6, 3, 12], result);
    }
}
