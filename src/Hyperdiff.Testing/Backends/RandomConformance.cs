namespace Hyperdiff.Testing;

/// <summary>Random numbers: the same keys give the same bits everywhere, and what is computed from them agrees within 2 units in the last place.</summary>
internal static class RandomConformance
{
    // a Gumbel number is the logarithm of a logarithm near 1 where it is near 0, and has the rounding of that
    private static readonly Closeness s_computed = new(4, OfOne: 2);

    // Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3": the known answers of Threefry-2x32 with 20 rounds for the key and the counter 0
    private static readonly int[] s_known = [unchecked((int)0x6b200159), unchecked((int)0x99ba4efe)];

    private static readonly Tensor s_key = Tensor.From([7, -11]);
    private static readonly Tensor s_keys = Tensor.From(new[,] { { 7, -11 }, { 0, 0 }, { int.MinValue, int.MaxValue } });

    /// <summary>The cases.</summary>
    public static IEnumerable<ConformanceCase> Cases() =>
    [
        new("random bits", "known answers", subject => KnownBits(subject)),
        .. Programs().Select(program => program.In("random bits")),
    ];

    private static string? KnownBits(BackendSubject subject)
    {
        Tensor words = subject.Place(Tensor.From([0, 0])), streams = subject.Place(Tensor.From<int>([0], []));
        Tensor found = subject.Read(subject.Backend.Execute(new Hyperdiff.Primitives.RandomBits([2]), [words, streams])[0]);
        return Closeness.Exact.Difference(Tensor.From(s_known), found) is { } difference ? $"word{difference}" : null;
    }

    private static IEnumerable<SampleProgram> Programs()
    {
        foreach (Shape shape in new Shape[] { [], [0], [1], [2, 3], [257], [5000] })
        {
            yield return Bits($"bits of shape {shape}", key => [key.Bits(shape)]);
            yield return Bits($"uniform numbers of shape {shape}", key => [key.Uniform(shape, DType.Float32), key.Fold(3).Uniform(shape, DType.Float32)]);
        }

        yield return Bits("uniform numbers in float64", key => [key.Uniform([300])]);
        yield return Bits("keys from keys", key => [.. key.Split(3).Select(part => part.Bits([4])), key.Fold(-5).Bits([4]), key.SplitBatch(3).Bits([2])]);
        yield return Bits("integers, permutations and coins", key => [key.Integers([40], -3, 9), key.Permutation(20), key.Bernoulli([40], 0.3)]);
        yield return new SampleProgram("a batch of keys", Closeness.Exact,
            x => [new RandomKey(x[0]).Bits([5]), Diff.Vmap((Tensor key) => new RandomKey(key).Bits([5]), x[0])], s_keys);
        yield return new SampleProgram("distributions", s_computed, x =>
        {
            var key = new RandomKey(x[0]);
            return [key.Uniform([50], -2, 3), key.Fold(1).Normal([50]), key.Fold(2).TruncatedNormal([50], -1, 2), key.Fold(3).Gumbel([50])];
        }, s_key);
    }

    private static SampleProgram Bits(string name, Func<RandomKey, Tensor[]> draw) => new(name, Closeness.Exact, x => draw(new RandomKey(x[0])), s_key);
}
