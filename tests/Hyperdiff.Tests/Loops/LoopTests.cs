using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.Loops;

/// <summary>Loops against the same steps written out.</summary>
public sealed class LoopTests
{
    private static readonly Tensor s_weights = Tensor.From(new[,] { { 0.5, -0.3, 0.1 }, { 0.2, 0.4, -0.6 }, { -0.1, 0.3, 0.7 } });
    private static readonly Tensor s_start = Tensor.From([0.1, -0.4, 0.9]);
    private static readonly Tensor s_inputs = Tensor.From(new[,] { { 0.3, 0.1, -0.2 }, { 0.9, -0.7, 0.4 }, { 0.2, 0.5, -0.3 }, { -0.8, 0.6, 0.1 },
        { 0.4, -0.1, 0.2 } });

    public static TheoryData<string> Choices => ["None", "Every(1)", "Every(2)", "Every(100)", "Budget(48)", "Budget(96)", "Budget(10000)"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Iterate_IsTheStepsWrittenOut(int count)
    {
        Tensor looped(Tensor w) => Loop.Iterate(count, c => w.MatMul(c).Tanh(), s_start).Square().Sum();
        Tensor written(Tensor w) => WrittenOut(w, count).Square().Sum();

        AssertSameDerivatives(written, looped, s_weights);
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void Scan_IsTheStepsWrittenOut_HoweverItIsCheckpointed(string choice)
    {
        // the state, all states and all inputs matter
        Tensor looped((Tensor W, Tensor C, Tensor X) p)
        {
            (Tensor last, Tensor all) = Loop.Scan<Tensor, Tensor, Tensor>((c, x) => Step(p.W, c, x), p.C, p.X, checkpointing: Chosen(choice));
            return last.Sum() + all.Pow(3).Sum();
        }

        Tensor written((Tensor W, Tensor C, Tensor X) p)
        {
            Tensor c = p.C;
            Tensor sum = Tensor.Scalar(0);
            for (int t = 0; t < 5; t++)
            {
                (c, Tensor y) = Step(p.W, c, p.X[t]);
                sum += y.Pow(3).Sum();
            }

            return c.Sum() + sum;
        }

        Tree<(Tensor, Tensor, Tensor)> tree = Tree.Tuple(Tree.Tensor, Tree.Tensor, Tree.Tensor);
        (Tensor, Tensor, Tensor) point = (s_weights, s_start, s_inputs);
        (Tensor, Tensor, Tensor) direction = (s_weights.Sin(), s_start.Cos(), s_inputs.Exp());
        AssertClose(Leaves(Diff.Grad(written, point, tree)), Leaves(Diff.Grad(looped, point, tree)));
        AssertClose(Leaves(Diff.Hvp(written, point, direction, tree)), Leaves(Diff.Hvp(looped, point, direction, tree)));
        AssertClose([Diff.Jvp(written, point, direction, tree).Tangent], [Diff.Jvp(looped, point, direction, tree).Tangent]);
        AssertClose(
            Leaves(Diff.Grad(p => Diff.Jvp(written, p, direction, tree).Tangent, point, tree)),
            Leaves(Diff.Grad(p => Diff.Jvp(looped, p, direction, tree).Tangent, point, tree)));
        AssertClose(
            Leaves(Diff.Grad(p => Leaves(Diff.Grad(written, p, tree)).Aggregate(Tensor.Scalar(0), (sum, leaf) => sum + leaf.Square().Sum()), point, tree)),
            Leaves(Diff.Grad(p => Leaves(Diff.Grad(looped, p, tree)).Aggregate(Tensor.Scalar(0), (sum, leaf) => sum + leaf.Square().Sum()), point, tree)));
    }

    [Fact]
    public void Scan_InReverse_BeginsWithTheLastRow()
    {
        (Tensor last, Tensor all) = Loop.Scan<Tensor, Tensor, Tensor>((c, x) => ((2 * c) + x, c), Tensor.Scalar(0.0), Tensor.From([1.0, 10, 100]),
            reverse: true);

        Assert.Equal(421, last.ToScalar());
        Assert.Equal([210.0, 100, 0], all.ToArray<double>());
    }

    [Fact]
    public void Loop_ThatIsGoneThroughInTheMiddleOfALoop_IsDifferentiated()
    {
        // c ← (c ← sin c, 3 times) + w, 4 times
        Tensor looped(Tensor w) => Loop.Iterate(4, c => Loop.Iterate(3, d => d.Sin(), c) + w, s_start).Sum();
        Tensor written(Tensor w)
        {
            Tensor c = s_start;
            for (int t = 0; t < 4; t++)
            {
                c = c.Sin().Sin().Sin() + w;
            }

            return c.Sum();
        }

        AssertSameDerivatives(written, looped, Tensor.From([0.2, 0.1, -0.3]));
    }

    [Fact]
    public void Graph_DoesNotGrowWithTheSteps()
    {
        static int Equations(int count) => TracedFunction.Of(
            leaves => [Diff.Grad(w => Loop.Iterate(count, c => w.MatMul(c).Tanh(), s_start).Sum(), leaves[0])], [s_weights.Type]).Graph.Equations.Length;

        Assert.Equal(Equations(3), Equations(300));
    }

    [Fact]
    public void WhatDoesNotChange_IsComputedBeforeTheLoop_AndNotStacked()
    {
        // the body computes exp(w) from its constant w; the derivative needs it too
        Graph body = TracedFunction.Of(all => [(all[1].Exp().MatMul(all[0]) * 0.1).Tanh()], [s_start.Type, s_weights.Type]).Graph;
        Graph graph = TracedFunction.Of(
            leaves => [Diff.Grad(w => ScanLoop.Run(body, new LoopOperands([s_start], [], [w]), length: 10)[0].Sum(), leaves[0])], [s_weights.Type]).Graph;
        Equation[] loops = [.. graph.Equations.Where(equation => equation.Primitive is ScanLoop)];

        Assert.Equal(2, loops.Length);
        Assert.Contains(graph.Equations, equation => equation.Primitive is Hyperdiff.Primitives.Exp);
        Assert.All(loops, loop => Assert.DoesNotContain(((ScanLoop)loop.Primitive).Body.Equations, step => step.Primitive is Hyperdiff.Primitives.Exp));
        Assert.All(loops.SelectMany(loop => loop.Results),
            result => Assert.True(result.Type.Shape.ElementCount <= 10 * 3, $"a matrix was stacked: {result.Type}"));
    }

    [Fact]
    public void Vmap_OfALoop_IsEveryItem()
    {
        Tensor final(Tensor c) => Loop.Iterate(6, d => s_weights.MatMul(d).Sin() + c, c);
        Tensor gradient(Tensor c) => Diff.Grad(x => final(x).Sum(), c);

        AssertClose([Tensor.Stack(0, [.. Enumerable.Range(0, 5).Select(i => final(s_inputs[i]))])], [Diff.Vmap<Tensor, Tensor>(final, s_inputs)]);
        AssertClose([Tensor.Stack(0, [.. Enumerable.Range(0, 5).Select(i => gradient(s_inputs[i]))])], [Diff.Vmap<Tensor, Tensor>(gradient, s_inputs)]);
    }

    [Fact]
    public void ALeafThatChangesItsShape_IsNamed()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() => Loop.Iterate(2, c => Tensor.Concat(0, c, c), s_start));

        Assert.Contains("carry before and after a step", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[3]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[6]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StacksOfDifferentLengths_AreNamed()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() =>
            Loop.Scan<Tensor, Tensor[], Tensor>((c, x) => (c, x[0]), s_start, [Tensor.Zeros([3]), Tensor.Zeros([4, 2])]));

        Assert.Contains("float64 [4, 2]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Capture what all steps share", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadingTheCarry_Throws() => Assert.Contains(
        "loop body",
        Assert.Throws<InvalidOperationException>(() => Loop.Iterate(2, c => c.Sum().ToScalar() > 0 ? c : -c, s_start)).Message,
        StringComparison.Ordinal);

    private static Checkpointing? Chosen(string choice) => choice switch
    {
        "None" => null,
        _ when choice.StartsWith("Every", StringComparison.Ordinal) =>
            Checkpointing.Every(int.Parse(choice[6..^1], System.Globalization.CultureInfo.InvariantCulture)),
        _ => Checkpointing.Budget(int.Parse(choice[7..^1], System.Globalization.CultureInfo.InvariantCulture)),
    };

    private static (Tensor Carry, Tensor Output) Step(Tensor w, Tensor c, Tensor x) => ((w.MatMul(c) + x).Tanh(), (c * x).Exp());

    private static Tensor WrittenOut(Tensor w, int count)
    {
        Tensor c = s_start;
        for (int t = 0; t < count; t++)
        {
            c = w.MatMul(c).Tanh();
        }

        return c;
    }

    private static Tensor[] Leaves((Tensor, Tensor, Tensor) triple) => [triple.Item1, triple.Item2, triple.Item3];

    private static void AssertSameDerivatives(Func<Tensor, Tensor> expected, Func<Tensor, Tensor> actual, Tensor at)
    {
        AssertClose([expected(at), Diff.Grad(expected, at), Diff.Hessian(expected, at)], [actual(at), Diff.Grad(actual, at), Diff.Hessian(actual, at)]);
        AssertClose([Diff.JacobianForward(expected, at)], [Diff.JacobianForward(actual, at)]);
    }

    // the same operations in another order of additions: tens of roundings
    private static void AssertClose(Tensor[] expected, Tensor[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            double scale = Math.Max(1, expected[i].Abs().Max().ToScalar());
            Assert.True((expected[i] - actual[i]).Abs().Max().ToScalar() <= 100 * DType.Float64.Epsilon() * scale,
                $"[{i}]: expected {expected[i]}, got {actual[i]}");
        }
    }
}
