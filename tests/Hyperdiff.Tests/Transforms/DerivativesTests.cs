using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Transforms;

public sealed class DerivativesTests
{
    [Fact]
    public void Gradient_OfATanhLayer_AgreesWithTheClosedForm()
    {
        var x = Tensor.From(new double[,] { { 1, -2, 0.5 }, { 0.3, 0.1, -0.7 } });
        var w = Tensor.From([0.2, -0.4, 0.9]);

        Graph graph = TracedFunction.Of(arguments => [arguments[0].MatMul(arguments[1]).Tanh().Sum()], [x, w]).Graph;
        Tensor gradient = Derivatives.Gradient(graph, [1]).Call([x, w]).Outputs[1];

        Tensor t = x.MatMul(w).Tanh();
        Tensor expected = (1 - t.Square()).MatMul(x);

        // a plan multiplies block by block, and may round the sum of two products elsewhere
        Assert.Equal(expected.ToArray<double>(), gradient.ToArray<double>(), (a, b) => Math.Abs(a - b) <= 4 * DType.Float64.Epsilon());
    }

    [Fact]
    public void NestedDerivative_OfAFunctionThatCapturesTheOuterVariable_DoesNotConfusePerturbations()
    {
        // D(x ↦ x · D(y ↦ x + y)(1))(1) = 1
        static Tensor Derivative(Func<Tensor, Tensor> f, Tensor at)
        {
            TracedFunction traced = TracedFunction.Of(arguments => [f(arguments[0])], [at]);
            return Derivatives.Gradient(traced.Graph, [0]).Call([at, .. traced.Captures]).Outputs[1];
        }

        Tensor one = Tensor.Scalar(1);
        Tensor result = Derivative(x => x * Derivative(y => x + y, one), one);

        Assert.Equal(1.0, result.ToScalar());
    }
}
