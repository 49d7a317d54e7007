namespace Hyperdiff.Tests.Transforms;

/// <summary>Functions of one item, applied to a batch.</summary>
public sealed class VmapTests
{
    private static readonly Tensor s_matrix = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
    private static readonly Tensor s_items = Tensor.From(new[,] { { 0.5, -1 }, { 2, 0.25 }, { -0.75, 1.5 }, { 1, 1 } });

    [Fact]
    public void Vmap_IsTheFunctionOfEveryItem()
    {
        Tensor one(Tensor x) => s_matrix.MatMul(x).Tanh() * x.Sum();

        Tensor all = Diff.Vmap<Tensor, Tensor>(one, s_items);

        AssertClose(Tensor.Stack(0, [.. Enumerable.Range(0, 4).Select(i => one(s_items[i]))]), all);
    }

    [Fact]
    public void Vmap_OfAStructure_KeepsStructures()
    {
        (Tensor sum, Tensor[] parts) = Diff.Vmap<(Tensor, Tensor), (Tensor, Tensor[])>(
            pair => (pair.Item1 + pair.Item2.Sum(), [pair.Item2, Tensor.Scalar(7)]),
            (s_items[.., 0], s_items),
            Tree.Tuple(Tree.Tensor, Tree.Tensor),
            Tree.Tuple(Tree.Tensor, Tree.Of<Tensor[]>()));

        AssertClose(s_items[.., 0] + s_items.Sum(1), sum);
        AssertClose(s_items, parts[0]);
        AssertClose(Tensor.Full([4], 7), parts[1]);
    }

    [Fact]
    public void Vmap_Nests()
    {
        // all pairs of inner products, the item of the outer batch being captured by the inner one
        Tensor gram = Diff.Vmap<Tensor, Tensor>(x => Diff.Vmap<Tensor, Tensor>(y => (x * y).Sum(), s_items), s_items);

        AssertClose(s_items.MatMul(s_items.Transpose()), gram);
    }

    [Fact]
    public void VmapOfGrad_IsTheGradientOfEverySample()
    {
        static Tensor loss(Tensor w, Tensor x) => ((w * x).Sum() - 1).Square();
        Tensor w = Tensor.From([0.3, -0.7]);

        Tensor all = Diff.Vmap<Tensor, Tensor>(x => Diff.Grad(v => loss(v, x), w), s_items);

        AssertClose(Tensor.Stack(0, [.. Enumerable.Range(0, 4).Select(i => Diff.Grad(v => loss(v, s_items[i]), w))]), all);
    }

    [Fact]
    public void GradOfVmap_IsTheSumOverItems()
    {
        Tensor w = Tensor.From([0.3, -0.7]);

        Tensor gradient = Diff.Grad(v => Diff.Vmap<Tensor, Tensor>(x => (v * x).Sum().Exp(), s_items).Sum(), w);

        // Σ exp(vᵀx) x
        Tensor weights = s_items.MatMul(w).Exp();
        AssertClose(s_items.Transpose().MatMul(weights), gradient);
    }

    [Fact]
    public void VmapOfJacobianAndHessian_AreThoseOfEveryItem()
    {
        static Tensor f(Tensor x) => (x.Square() * x.Flip(0)).Sum();

        AssertClose(
            Tensor.Stack(0, [.. Enumerable.Range(0, 4).Select(i => Diff.Hessian(f, s_items[i]))]),
            Diff.Vmap<Tensor, Tensor>(x => Diff.Hessian(f, x), s_items));
    }

    [Fact]
    public void Vmap_OfASolve_SolvesEveryItem()
    {
        // w = cos(w) a, solved to 1e-12, and its derivative in a: w′ = cos w / (1 + a sin w)
        static Tensor solution(Tensor a) =>
            FixedPoint.Of(FixedPointMap.From<Tensor, Tensor>((w, h) => h * w.Cos())
            .SolvedBy(FixedPoint.Iteration(1e-14)), Tensor.Scalar(0.5), a, LinearSolver.FixedPoint(1e-14));
        Tensor factors = Tensor.From([0.2, 0.5, 0.8]);

        Tensor derivatives = Diff.Vmap<Tensor, Tensor>(a => Diff.Grad(solution, a), factors);
        Tensor w = Diff.Vmap<Tensor, Tensor>(solution, factors);

        AssertClose(w, factors * w.Cos(), 1e-13);
        AssertClose(w.Cos() / (1 + (factors * w.Sin())), derivatives, 1e-12);
    }

    [Fact]
    public void Vmap_OfAMinimum_MinimizesEveryItem()
    {
        // w* = argmin ½ a w² − w + ¼ w⁴, so that a w + w³ = 1
        static Tensor solution(Tensor a) => Argmin.Of(
            Objective.From<Tensor, Tensor>((w, h) => (0.5 * h * w.Square()) - w + (0.25 * w.Pow(4)))
                .MinimizedBy(Minimizer.NewtonCg(1e-14)), Tensor.Scalar(0.0), a);
        Tensor a = Tensor.From([0.5, 1, 3]);

        Tensor w = Diff.Vmap<Tensor, Tensor>(solution, a);

        AssertClose(Tensor.Ones([3]), (a * w) + w.Pow(3), 1e-12);
    }

    [Fact]
    public void ReadingAnItem_Throws()
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => Diff.Vmap<Tensor, Tensor>(x => x.Sum().ToScalar() > 0 ? x : -x, s_items));

        Assert.Contains("Tensor.Where", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_OfNothing_IsNothing() => Assert.Equal<Shape>([0, 3], Diff.Vmap<Tensor, Tensor>(x => s_matrix.MatMul(x), Tensor.Zeros([0, 2])).Shape);

    [Fact]
    public void WrongItems_AreNamed()
    {
        ShapeMismatchException without = Assert.Throws<ShapeMismatchException>(() => Diff.Vmap<Tensor, Tensor>(x => x, Tensor.Scalar(1)));
        ShapeMismatchException different = Assert.Throws<ShapeMismatchException>(
            () => Diff.Vmap<Tensor[], Tensor>(x => x[0], [Tensor.Zeros([3]), Tensor.Zeros([4, 2])]));

        Assert.Contains("captured, not passed", without.Message, StringComparison.Ordinal);
        Assert.Contains("has 4 items, of shape [4, 2]", different.Message, StringComparison.Ordinal);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-14)
    {
        Assert.Equal(expected.Type, actual.Type);
        double scale = Math.Max(1, expected.Abs().Max().ToScalar());
        Assert.True((expected - actual).Abs().Max().ToScalar() <= tolerance * scale, $"expected {expected}, got {actual}");
    }
}
