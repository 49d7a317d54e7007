using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Primitives;

/// <summary>What a traced function may and may not do.</summary>
public sealed class TracingTrapsTests
{
    [Fact]
    public void ReadingAValue_Works_AndMarksTheGraph()
    {
        static Tensor[] Branch(Tensor[] x) => x[0].ToScalar() > 0 ? [x[0] * 2] : [x[0] * 3];

        TracedFunction positive = TracedFunction.Of(Branch, [Tensor.Scalar(1)]);
        TracedFunction negative = TracedFunction.Of(Branch, [Tensor.Scalar(-1)]);
        TracedFunction plain = TracedFunction.Of(x => [x[0] * 2], [Tensor.Scalar(1)]);

        Assert.True(positive.IsValueDependent);
        Assert.False(plain.IsValueDependent);
        Assert.Equal(2, positive.Graph.Call([Tensor.Scalar(1), .. positive.Captures]).Outputs[0].ToScalar());
        Assert.Equal(-3, negative.Graph.Call([Tensor.Scalar(-1), .. negative.Captures]).Outputs[0].ToScalar());
    }

    [Fact]
    public void ReadingAnIntermediateValue_EvaluatesWhatItDependsOn()
    {
        double seen = 0;
        TracedFunction.Of(
            x =>
            {
                seen = (x[0].Square() + 1).Sum().ToScalar();
                return [x[0]];
            },
            [Tensor.From([1.0, 2.0])]);

        Assert.Equal(7, seen);
    }

    [Fact]
    public void AWhileLoopOverValues_IsTracedForThem_AndDifferentiated()
    {
        // Newton's method for x² = a, in plain C#
        static Tensor root(Tensor a)
        {
            Tensor x = (1 + a) * 0.5;
            while ((x.Square() - a).Abs() > 1e-12 * a)
            {
                x = 0.5 * (x + (a / x));
            }

            return x;
        }

        Assert.Equal(3, root(Tensor.Scalar(9)).ToScalar(), 1e-12);
        Assert.Equal(1.0 / 6, Diff.Grad(root, Tensor.Scalar(9)).ToScalar(), 1e-12);
        Assert.Equal(1.0 / 2e3, Diff.Grad(root, Tensor.Scalar(1e6)).ToScalar(), 1e-12);
        Assert.Equal(-1.0 / 108, Diff.Grad(a => Diff.Grad(root, a), Tensor.Scalar(9)).ToScalar(), 1e-9);
    }

    [Fact]
    public void TheTruthOfSeveralElements_IsNotDefined()
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Tensor.From([1.0, 2]) > 0 ? 1 : 0);

        Assert.Contains("All() or Any()", exception.Message, StringComparison.Ordinal);
        Assert.Equal(1, Tensor.From([1.0]) > 0 ? 1 : 0);
        Assert.Equal(0, Tensor.Scalar(-1) > 0 ? 1 : 0);
    }

    [Fact]
    public void ReadingAValue_OfAnEnclosingTrace_MarksThatTraceToo()
    {
        bool inner = false;
        TracedFunction outer = TracedFunction.Of(
            x =>
            {
                TracedFunction nested = TracedFunction.Of(y => x[0].ToScalar() > 0 ? [y[0] * 2] : [y[0]], [x[0]]);
                inner = nested.IsValueDependent;
                return nested.Graph.Call([x[0], .. nested.Captures]).Outputs;
            },
            [Tensor.Scalar(1)]);

        Assert.False(inner, "the inner function read no value of its own");
        Assert.True(outer.IsValueDependent);
    }

    [Fact]
    public void ReadingAValue_WhereThereIsNone_ThrowsWithTheRemedy()
    {
        string message = Assert.Throws<InvalidOperationException>(
            () => TracedFunction.Of(x => x[0].ToScalar() > 0 ? [x[0]] : [-x[0]], [new TensorType(DType.Float64, Shape.Scalar)])).Message;

        Assert.Contains("Tensor.Where", message, StringComparison.Ordinal);
    }

    [Fact]
    public void LeakedTensor_OfAFinishedTrace_Throws()
    {
        Tensor? leaked = null;
        TracedFunction.Of(x => [leaked = x[0].Exp()], [Tensor.Scalar(1)]);

        Assert.Contains("finished trace", Assert.Throws<InvalidOperationException>(() => leaked! + 1).Message, StringComparison.Ordinal);
        Assert.Contains("Multiply", Assert.Throws<InvalidOperationException>(() => leaked! * Tensor.Scalar(1)).Message, StringComparison.Ordinal);
        Assert.Contains("(traced)", leaked!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TensorOfASiblingTrace_Throws()
    {
        Tensor? sibling = null;
        Exception? thrown = null;
        TracedFunction.Of(
            x =>
            {
                TracedFunction.Of(y => [sibling = y[0] * 2], [x[0]]);
                TracedFunction.Of(
                    z =>
                    {
                        thrown = Record.Exception(() => z[0] + sibling!);
                        return [z[0]];
                    },
                    [x[0]]);
                return [x[0]];
            },
            [Tensor.Scalar(1)]);

        Assert.IsType<InvalidOperationException>(thrown);
    }

    [Fact]
    public void ReturningALeakedTensor_Throws()
    {
        Tensor? leaked = null;
        TracedFunction.Of(x => [leaked = x[0].Exp()], [Tensor.Scalar(1)]);

        Assert.Throws<InvalidOperationException>(() => TracedFunction.Of(_ => [leaked!], [Tensor.Scalar(1)]));
    }

    [Fact]
    public void AnOperationOnAnotherThread_Throws()
    {
        Exception? thrown = null;
        TracedFunction.Of(
            x =>
            {
                var thread = new Thread(() => thrown = Record.Exception(() => x[0] + 1));
                thread.Start();
                thread.Join();
                return [x[0]];
            },
            [Tensor.Scalar(1)]);

        Assert.Contains("thread", Assert.IsType<InvalidOperationException>(thrown).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFunctionThatThrows_ClosesItsTrace()
    {
        Tensor? leaked = null;
        Tensor[] Throwing(Tensor[] x)
        {
            leaked = x[0];
            throw new InvalidOperationException("from the function");
        }

        Assert.Equal("from the function", Assert.Throws<InvalidOperationException>(() => TracedFunction.Of(Throwing, [Tensor.Scalar(1)])).Message);
        Assert.Throws<InvalidOperationException>(() => leaked! + 1);
    }

    [Fact]
    public void ShapeErrors_NameLabelledArguments()
    {
        Tensor[] arguments = [Tensor.Ones([2, 3]), Tensor.Ones([4])];
        string[] labels = ["Weights.W", "x"];

        string broadcast = Assert.Throws<ShapeMismatchException>(() => TracedFunction.Of(x => [x[0] + x[1]], arguments, labels)).Message;
        string product = Assert.Throws<ShapeMismatchException>(() => TracedFunction.Of(x => [x[0].MatMul(x[1])], arguments, labels)).Message;
        string types = Assert.Throws<DTypeMismatchException>(() => TracedFunction.Of(x => [x[0] * x[1].To(DType.Float32)], arguments, labels)).Message;

        Assert.Contains("(left: Weights.W, right: x)", broadcast, StringComparison.Ordinal);
        Assert.Contains("(left: Weights.W, right: x)", product, StringComparison.Ordinal);
        Assert.Contains("(left: Weights.W)", types, StringComparison.Ordinal);
    }

    [Fact]
    public void ZeroAndMinusZero_AreNotMerged()
    {
        TracedFunction traced = TracedFunction.Of(x => [x[0] / 0.0, x[0] / -0.0, x[0] * Tensor.Zeros([]), x[0] * Tensor.Scalar(-0.0)], [Tensor.Scalar(1)]);

        double[] results = [.. Simplification.Of(traced.Graph).Call([Tensor.Scalar(1)]).Outputs.Select(output => output.ToScalar())];

        Assert.Equal([double.PositiveInfinity, double.NegativeInfinity], results[..2]);
        Assert.False(double.IsNegative(results[2]));
        Assert.True(double.IsNegative(results[3]));
    }

    [Fact]
    public void EqualExpressions_AreComputedOnce()
    {
        TracedFunction traced = TracedFunction.Of(x => [x[0].Exp() + x[0].Exp(), x[0].Pow(3) * x[0].Pow(3)], [Tensor.Scalar(1)]);

        Assert.Equal(4, Simplification.Of(traced.Graph).Equations.Length);
    }
}
