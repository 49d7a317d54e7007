using FsCheck;
using Hyperdiff.Backends.Reference;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Primitives;

/// <summary>All modes of differentiation, the simplified graphs and the backends agree on random functions.</summary>
public sealed class RandomExpressionTests
{
    private const int Depth = 12;
    private const int NestedDepth = 6;

    /// <summary>Roundings of one instruction and of its derivative.</summary>
    private const int Roundings = 16;

    private static readonly Tensor s_x = Tensor.From([0.37, -0.81, 1.23]);
    private static readonly Tensor s_captured = Tensor.From([-0.52, 0.94, 0.11]);
    private static readonly Tensor s_v = Tensor.From([0.7, -0.4, 0.9]);
    private static readonly Tensor s_w = Tensor.From([-0.3, 0.8, 0.6]);

    /// <summary>
    /// A derivative is a sum over paths from the result to the argument: each of the three elements of the result has at most 2^depth, none of which is greater
    /// than 1.
    /// </summary>
    private static readonly double s_tolerance = 3 * Math.Pow(2, Depth) * Depth * Roundings * DType.Float64.Epsilon();

    /// <summary>A second derivative is a sum over pairs of paths that meet in one of the instructions.</summary>
    private static readonly double s_nestedTolerance = 3 * Math.Pow(4, NestedDepth) * NestedDepth * NestedDepth * Roundings * DType.Float64.Epsilon();

    [RandomCases(200, Arbitrary = [typeof(LongExpressions)])]
    public bool ForwardAndReverse_Agree(RandomExpression expression)
    {
        double forward = Differentiate.Tangent(x => expression.At(x, s_captured), s_x, s_v).ToScalar();
        double reverse = Differentiate.Gradient(x => expression.At(x, s_captured), s_x).Dot(s_v).ToScalar();

        return Near(forward, reverse, s_tolerance);
    }

    [RandomCases(100, Arbitrary = [typeof(ShortExpressions)])]
    public bool SecondDerivatives_InAllMixesOfModes_Agree(RandomExpression expression)
    {
        Tensor F(Tensor x) => expression.At(x, s_captured);
        double[] mixes =
        [
            Differentiate.Tangent(x => Differentiate.Gradient(F, x).Dot(s_w), s_x, s_v).ToScalar(),
            Differentiate.Gradient(x => Differentiate.Gradient(F, x).Dot(s_w), s_x).Dot(s_v).ToScalar(),
            Differentiate.Gradient(x => Differentiate.Tangent(F, x, s_w), s_x).Dot(s_v).ToScalar(),
            Differentiate.Tangent(x => Differentiate.Tangent(F, x, s_v), s_x, s_w).ToScalar(),
        ];

        return mixes.All(mix => Near(mix, mixes[0], s_nestedTolerance));
    }

    [RandomCases(60, Arbitrary = [typeof(ShortExpressions)])]
    public bool NestedDerivatives_WithCapturedVariables_Agree(RandomExpression expression)
    {
        // x ↦ x · ∇_y f(y, x) at y = x: the inner function captures the variable of the outer one
        Tensor Reverse(Tensor x) => Differentiate.Gradient(y => expression.At(y, x), x).Dot(s_w) * x.Sum();
        Tensor Forward(Tensor x) => Differentiate.Tangent(y => expression.At(y, x), x, s_w) * x.Sum();
        double[] mixes =
        [
            Differentiate.Tangent(Reverse, s_x, s_v).ToScalar(), Differentiate.Tangent(Forward, s_x, s_v).ToScalar(),
            Differentiate.Gradient(Reverse, s_x).Dot(s_v).ToScalar(), Differentiate.Gradient(Forward, s_x).Dot(s_v).ToScalar(),
        ];

        return mixes.All(mix => Near(mix, mixes[0], s_nestedTolerance));
    }

    [RandomCases(150, Arbitrary = [typeof(LongExpressions)])]
    public bool SimplifiedGraphs_AndTheHostBackend_AgreeWithTheReference(RandomExpression expression)
    {
        TracedFunction traced = TracedFunction.Of(x => [expression.At(x[0], s_captured)], [s_x]);
        Tensor[] operands = [s_x, .. traced.Captures];
        double reference = traced.Graph.Run(ReferenceBackend.Instance, operands).Outputs[0].ToScalar();
        double simplified = Simplification.Of(traced.Graph).Run(ReferenceBackend.Instance, operands).Outputs[0].ToScalar();
        double host = traced.Graph.Call(operands).Outputs[0].ToScalar();
        double eager = expression.At(s_x, s_captured).ToScalar();

        return reference.Equals(simplified) && Near(host, reference, s_tolerance) && Near(eager, reference, s_tolerance);
    }

    [RandomCases(100, Arbitrary = [typeof(Polynomials)])]
    public bool NestedDerivatives_OfPolynomials_AreTheSymbolicOnes(RandomPolynomial polynomial)
    {
        Tensor F(Tensor x) => polynomial.At(x);
        double x = s_x.ToArray<double>()[0];
        Tensor at = Tensor.Scalar(x);
        Tensor one = Tensor.Scalar(1);
        RandomPolynomial first = polynomial.Derivative();
        RandomPolynomial second = first.Derivative();
        RandomPolynomial third = second.Derivative();
        double[] actual =
        [
            Differentiate.Gradient(F, at).ToScalar(),
            Differentiate.Tangent(F, at, one).ToScalar(),
            Differentiate.Gradient(y => Differentiate.Gradient(F, y), at).ToScalar(),
            Differentiate.Tangent(y => Differentiate.Gradient(F, y), at, one).ToScalar(),
            Differentiate.Gradient(y => Differentiate.Tangent(F, y, one), at).ToScalar(),
            Differentiate.Tangent(y => Differentiate.Tangent(F, y, one), at, one).ToScalar(),
            Differentiate.Gradient(y => Differentiate.Tangent(z => Differentiate.Gradient(F, z), y, one), at).ToScalar(),

            // the inner function captures the variable of the outer one: d/dx (x p′(x)) = p′ + x p″
            Differentiate.Gradient(y => y * Differentiate.Gradient(F, y), at).ToScalar(),
        ];
        double[] expected = [first.Value(x), first.Value(x), second.Value(x), second.Value(x), second.Value(x), second.Value(x), third.Value(x),
            first.Value(x) + (x * second.Value(x))];

        return actual.Zip(expected).All(pair => Near(pair.First, pair.Second, polynomial.Roundings * DType.Float64.Epsilon()));
    }

    private static bool Near(double left, double right, double tolerance) => Math.Abs(left - right) <= tolerance;

    private static class LongExpressions
    {
        public static Arbitrary<RandomExpression> Expressions() => RandomExpression.Arbitrary(Depth);
    }

    private static class ShortExpressions
    {
        public static Arbitrary<RandomExpression> Expressions() => RandomExpression.Arbitrary(NestedDepth);
    }

    private static class Polynomials
    {
        public static Arbitrary<RandomPolynomial> All() => RandomPolynomial.Arbitrary();
    }
}
