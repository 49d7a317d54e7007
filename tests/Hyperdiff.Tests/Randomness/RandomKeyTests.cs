using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Randomness;

public sealed class RandomKeyTests
{
    // every kind of draw, as a function of one key
    private static readonly Dictionary<string, Func<RandomKey, Tensor>> s_draws = new()
    {
        ["Bits"] = key => key.Bits([2, 3]),
        ["Uniform"] = key => key.Uniform([2, 3]),
        ["Uniform32"] = key => key.Uniform([5], -1, 3, DType.Float32),
        ["Normal"] = key => key.Normal([700]),
        ["Normal32"] = key => key.Normal([3], DType.Float32),
        ["TruncatedNormal"] = key => key.TruncatedNormal([4], -1, double.PositiveInfinity),
        ["Gumbel"] = key => key.Gumbel([]),
        ["Bernoulli"] = key => key.Bernoulli([4], 0.3),
        ["BernoulliOfTensor"] = key => key.Bernoulli(Tensor.From([0.1, 0.9, 0.5])),
        ["Categorical"] = key => key.Categorical(Tensor.From(new double[,] { { 0, 1 }, { 2, 0 } }), [3]),
        ["Permutation"] = key => key.Permutation(9),
        ["Integers"] = key => key.Integers([2, 2], -5, 1000),
        ["SplitBatch"] = key => key.SplitBatch(3).Words,
        ["Split"] = key => key.Split(3)[2].Words,
        ["Fold"] = key => key.Fold(42).Words,
    };

    public static TheoryData<string> Draws => [.. s_draws.Keys];

    [Fact]
    public void Draws_AreTheWordsOfThreefry_AsDocumented()
    {
        // the published words of key 0, counter 0, as in ThreefryTests
        var key = RandomKey.FromSeed(0);

        Assert.Equal([0x6b200159, unchecked((int)0x99ba4efe)], key.Bits([2]).ToArray<int>());
        Assert.Equal((0x6b20015999ba4efe >> 11) * Math.Pow(2, -53), key.Uniform([]).ToScalar());
        Assert.Equal(0x6b2001 * Math.Pow(2, -24), key.Uniform([1], DType.Float32).ToScalar());
    }

    [Fact]
    public void FromSeed_KeepsAllBitsOfTheNumber() =>
        Assert.Equal([0x12345678, unchecked((int)0x9abcdef0)], RandomKey.FromSeed(0x123456789abcdef0).Words.ToArray<int>());

    [Fact]
    public void KeysMadeFromAKey_AreDistinct_FromEachOtherAndFromItsDraws()
    {
        const int Count = 50_000;
        var key = RandomKey.FromSeed(3);
        RandomKey other = key.Fold(0);
        IEnumerable<long> words = new[]
        {
            key.Bits([Count, 2]), key.SplitBatch(Count).Words, key.Fold(Tensor.Arange(Count)).Words, other.SplitBatch(Count).Words,
            other.Fold(Tensor.Arange(Count)).Words,
        }.SelectMany(Pairs);

        // of 250 000 random pairs of words, two are equal with a probability of 2·10⁻⁹
        Assert.Equal(5 * Count, words.Distinct().Count());
    }

    [Fact]
    public void Split_ToMoreKeys_BeginsWithTheFewer_AndIsTheSplitBatch()
    {
        var key = RandomKey.FromSeed(4);
        RandomKey[] few = key.Split(2);
        RandomKey[] many = key.Split(5);

        Assert.Equal(few.Select(Words), many[..2].Select(Words));
        Assert.Equal(key.SplitBatch(5).Words.ToArray<int>(), many.SelectMany(Words));
        Assert.Equal(new Shape(5), key.SplitBatch(5).Shape);
        Assert.Empty(key.Split(0));
    }

    [Theory]
    [InlineData(DType.Int32)]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void AnElement_DependsOnItsPositionOnly(DType dtype)
    {
        var key = RandomKey.FromSeed(5);
        Tensor Draw(Shape shape) => dtype == DType.Int32 ? key.Bits(shape) : key.Uniform(shape, dtype);
        double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

        // beyond the chunk that the kernel works on
        Assert.Equal(Numbers(Draw([6000])), Numbers(Draw([2, 3, 1000])));
        Assert.Equal(Numbers(Draw([6000]))[..2001], Numbers(Draw([2001])));
        Assert.Equal(Numbers(Draw([1])), Numbers(Draw([])));
        Assert.Equal(new Shape(0, 3), Draw([0, 3]).Shape);
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void ABatchOfKeys_DrawsForEachWhatItDrawsAlone(string name)
    {
        RandomKey[] keys = RandomKey.FromSeed(6).Split(3);
        Tensor expected = Tensor.Stack(0, [.. keys.Select(s_draws[name])]);
        Tensor together = s_draws[name](RandomKey.FromSeed(6).SplitBatch(3));

        Assert.Equal(expected.Type, together.Type);
        Assert.Equal(Numbers(expected), Numbers(together));
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void InACompiledGraph_AndInABatchOfIt_TheNumbersAreTheSame(string name)
    {
        RandomKey[] keys = RandomKey.FromSeed(7).Split(3);
        TracedFunction traced = TracedFunction.Of(words => [s_draws[name](new RandomKey(words[0]))], [keys[0].Words]);
        Tensor[] expected = [.. keys.Select(s_draws[name])];
        Tensor[] compiled = [.. keys.Select(key => traced.Graph.Call([key.Words, .. traced.Captures]).Outputs[0])];
        Graph batch = Batching.Of(traced.Graph, [true, .. traced.Captures.Select(_ => false)], keys.Length).Repeated;
        Tensor batched = batch.Call([Tensor.Stack(0, [.. keys.Select(key => key.Words)]), .. traced.Captures]).Outputs[0];

        // 2 units in the last place for what is more than bits and uniform numbers
        bool derived = expected[0].DType.IsFloating() && !name.StartsWith("Uniform", StringComparison.Ordinal);
        double tolerance = derived ? 2 * expected[0].DType.Epsilon() : 0;
        Assert.Equal(expected.SelectMany(Numbers), compiled.SelectMany(Numbers), (a, b) => Math.Abs(a - b) <= tolerance * Math.Abs(a));
        Assert.Equal(expected.SelectMany(Numbers), Numbers(batched), (a, b) => Math.Abs(a - b) <= tolerance * Math.Abs(a));
    }

    [Fact]
    public void Fold_OfANumberKnownOnlyWhenAGraphRuns_IsThatOfTheNumber()
    {
        var key = RandomKey.FromSeed(8);
        TracedFunction traced = TracedFunction.Of(arguments => [key.Fold(arguments[0]).Uniform([4])], [Tensor.From([0])[0]]);

        foreach (int data in new[] { 0, 1, -1, int.MaxValue, int.MinValue })
        {
            Tensor result = traced.Graph.Call([Tensor.Full([], data, DType.Int32), .. traced.Captures]).Outputs[0];
            Assert.Equal(key.Fold(data).Uniform([4]).ToArray<double>(), result.ToArray<double>());
        }
    }

    [Fact]
    public void AKey_IsALeafWithoutADerivative()
    {
        var key = RandomKey.FromSeed(9);
        Tree<(Tensor, RandomKey)> tree = Tree.Tuple(Tree.Tensor, Tree.Of<RandomKey>());
        (Tensor gradient, RandomKey rest) = Diff.Grad(x => (x.Item1 * x.Item2.Normal([3])).Sum(), (Tensor.Ones([3]), key), tree);

        Assert.Equal(key.Normal([3]).ToArray<double>(), gradient.ToArray<double>());
        Assert.Equal(key.Words.ToArray<int>(), rest.Words.ToArray<int>());
        Assert.Equal(key.Words.ToArray<int>(), VectorSpace.Scale(RandomKey.Tree, 2, key).Words.ToArray<int>());
    }

    [Fact]
    public void Samples_AreDifferentiableInLocationAndScale()
    {
        Tensor z = RandomKey.FromSeed(10).Normal([50]);
        Tensor gradient = Diff.Grad(p => (p[0] + (p[1].Exp() * RandomKey.FromSeed(10).Normal([50]))).Sum(), Tensor.From([0.3, 0.0]));

        // 50 numbers of size up to 3 are added
        Assert.Equal([50, z.Sum().ToScalar()], gradient.ToArray<double>(), (a, b) => Math.Abs(a - b) <= 150 * DType.Float64.Epsilon());
    }

    [Fact]
    public void MisfittingWordsAndNumbers_ThrowNamingTheRemedy()
    {
        var key = RandomKey.FromSeed(11);

        Assert.Contains("RandomKey.FromSeed", Assert.Throws<DTypeMismatchException>(() => new RandomKey(Tensor.Ones([2]))).Message, StringComparison.Ordinal);
        Assert.Contains("words of shape [3] are not [2]", Assert.Throws<ShapeMismatchException>(() => new RandomKey(Tensor.Arange(3))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => new RandomKey(Tensor.Zeros([], DType.Int32)));
        Assert.Contains("data.To(DType.Int32)", Assert.Throws<DTypeMismatchException>(() => key.Fold(Tensor.Scalar(1))).Message, StringComparison.Ordinal);
        Assert.Contains("[2] and numbers of shape [3]", Assert.Throws<ShapeMismatchException>(() => key.SplitBatch(2).Fold(Tensor.Arange(3))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Split(-1));
    }

    private static int[] Words(RandomKey key) => key.Words.ToArray<int>();

    private static IEnumerable<long> Pairs(Tensor words) => words.ToArray<int>().Chunk(2).Select(pair => ((long)pair[0] << 32) | (uint)pair[1]);

    private static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
