using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Transforms;

/// <summary>A lambda is traced at every call, and what was made of an equal graph is used again: of an equal one only.</summary>
public sealed class KnownGraphTests
{
    private static readonly Tensor s_x = Draw.Normal(1, [5]);

    [Fact]
    public void AnEqualFunction_WrittenAgain_IsTheSameGraph()
    {
        Graph first = Known(x => (x.Sin() * x).Sum() + 3), again = Known(y => (y.Sin() * y).Sum() + 3);

        Assert.Same(first, again);
    }

    [Fact]
    public void FunctionsThatDifferInAnything_AreDifferentGraphs()
    {
        Graph[] graphs =
        [
            Known(x => (x.Sin() * x).Sum() + 3), Known(x => (x.Sin() * x).Sum() + 4), Known(x => (x.Cos() * x).Sum() + 3), Known(x => (x.Sin() - x).Sum() + 3),
            Known(x => (x - x.Sin()).Sum() + 3), Known(x => x.Sin()), Known(x => x.Sin().Square()), Known(x => x.Slice(0, 0, 3, 1)),
            Known(x => x.Slice(0, 1, 4, 1)), Known(x => x * 0.0), Known(x => x * -0.0), Known(x => x.Reshape(5, 1).Sum(0)), Known(x => x.Reshape(5, 1).Sum(1)),
            Known(x => x.Sin(), Draw.Normal(1, [6])), Known(x => x.Sin(), s_x.To(DType.Float32)),
        ];

        Assert.Equal(graphs.Length, graphs.Distinct().Count());
    }

    [Fact]
    public void WhatALambdaCaptures_IsWhatItIsAtEachCall()
    {
        for (int i = 0; i < 5; i++)
        {
            double number = i;
            Tensor data = Draw.Normal(i, [5]);

            Assert.Equal((number * data).ToArray<double>(), Diff.Grad((Tensor x) => (x * (number * data)).Sum(), s_x).ToArray<double>());
        }
    }

    [Fact]
    public void WhatALambdaReads_DecidesAtEachCall()
    {
        Tensor Slope(double at) => Diff.Grad((Tensor x) => x.ToScalar() > 0 ? x.Square() : 3 * x, Tensor.Scalar(at));

        Assert.Equal([4, 3, 6, 3], new[] { 2.0, -2, 3, -3 }.Select(at => Slope(at).ToScalar()));
    }

    [Fact]
    public void GraphsThatHoldObjectsOfTheUsers_AreNotKept()
    {
        static LinearSolution Solve(LinearSystem system) => LinearSolver.Gmres().Solve(system);
        Graph One(LinearSolver adjoint, FixedPointSolver by) => Known(x => Fixed(x, 0.5, by, adjoint));
        LinearSolver mine = LinearSolver.From("mine", Solve), preconditioned = LinearSolver.Preconditioned(LinearSolver.Gmres());
        FixedPointSolver ours = FixedPoint.Iteration(), rule = FixedPoint.From("rule", () => (_, image, _) => image);

        Assert.NotSame(One(mine, ours), One(mine, ours));
        Assert.NotSame(One(preconditioned, ours), One(preconditioned, ours));
        Assert.NotSame(One(LinearSolver.Recycled(mine), ours), One(LinearSolver.Recycled(mine), ours));
        Assert.NotSame(One(LinearSolver.Gmres(), rule), One(LinearSolver.Gmres(), rule));
        Assert.NotSame(One(LinearSolver.Gmres(), FixedPoint.InFloat32(rule)), One(LinearSolver.Gmres(), FixedPoint.InFloat32(rule)));
    }

    [Fact]
    public void WhatIsKept_IsBounded()
    {
        Graph first = Known(x => x.Sin() + 0.125);
        Graph[] others = [.. Enumerable.Range(0, 200).Select(i => Known(x => x * i))];

        Assert.NotSame(first, Known(x => x.Sin() + 0.125));
        Assert.Same(others[^1], Known(x => x * 199));
    }

    [Fact]
    public void ACapturedTensor_IsStretchedWithinTheTrace()
    {
        // a view of it there, and 200 times as many numbers outside
        Tensor data = Draw.Normal(1, [3, 4]), mask = data > 0;
        TracedFunction traced = TracedFunction.Of(
            x => [data * x[0].Unsqueeze(1), Tensor.Where(mask, x[0].Unsqueeze(1), data), data.MatMul(x[1])],
            [Draw.Normal(2, [200, 4]), Draw.Normal(3, [50, 4, 2])]);

        Assert.All(traced.Captures, capture => Assert.True(capture.Count <= data.Count));

        // the data once for the product and the choice
        Assert.Equal(3, traced.Graph.Equations.Count(equation =>
            equation.Primitive is BroadcastTo { Target.Rank: 3 } && equation.Operands[0].Type.Shape.Rank == 2));
    }

    // the fixed point of z ↦ c tanh z + x
    private static Tensor Fixed(Tensor x, double c, FixedPointSolver by, LinearSolver? adjoint = null) =>
        FixedPoint.Of(FixedPointMap.From<Tensor, Tensor>((z, h) => (c * z.Tanh()) + h).SolvedBy(by), s_x, x, adjoint).Sum();

    private static Graph Known(Func<Tensor, Tensor> function, Tensor? at = null) =>
        KnownGraphs.Of(Simplification.Of(TracedFunction.Of(x => [function(x[0])], [at ?? s_x]).Graph));
}
