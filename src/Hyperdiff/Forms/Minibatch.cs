namespace Hyperdiff;

/// <summary>Samples drawn at random: without repetition within a minibatch, independently from one minibatch to the next.</summary>
internal static class Minibatch
{
    /// <summary>Some of the numbers 0 … n − 1, every subset of that size equally likely: what a mean over samples is unbiased for.</summary>
    /// <remarks>
    /// Floyd's algorithm: the time is that of the minibatch, whatever n; its square where the key is traced. Each draw is uniform up to 2⁻⁵² n. In ascending
    /// order, so that rows are gathered in the order of memory. Source: Bentley and Floyd (1987), "Programming pearls: a sample of brilliance",
    /// doi:10.1145/30401.315746, algorithm F2.
    /// </remarks>
    /// <param name="key">What is drawn from: one key.</param>
    /// <param name="samples">n.</param>
    /// <param name="size">How many, at most n.</param>
    /// <exception cref="ArgumentException">There are several keys.</exception>
    public static Tensor Draw(RandomKey key, int samples, int size)
    {
        if (key.Shape.Rank > 0)
        {
            throw new ArgumentException($"A minibatch is drawn from one key, and these are {key.Shape} keys; index one of them.", nameof(key));
        }

        return key.Words.IsTraced ? Traced(key, samples, size) : Read(key, samples, size);
    }

    private static Tensor Read(RandomKey key, int samples, int size)
    {
        ReadOnlySpan<double> uniform = key.Uniform([size]).AsSpan<double>();
        var drawn = new HashSet<int>(size);
        for (int i = 0; i < size; i++)
        {
            int last = samples - size + i;
            if (!drawn.Add((int)((last + 1.0) * uniform[i])))
            {
                drawn.Add(last);
            }
        }

        int[] ascending = [.. drawn];
        Array.Sort(ascending);
        return Tensor.From<int>(ascending, [size]);
    }

    // the same, compared with all that were drawn before
    private static Tensor Traced(RandomKey key, int samples, int size)
    {
        (Tensor uniform, Tensor places) = (key.Uniform([size]), Tensor.Arange(size));
        Tensor[] last = Loop.Iterate(
            size,
            carry =>
            {
                (Tensor drawn, Tensor i) = (carry[0], carry[1]);
                Tensor end = i + (samples - size), next = ((end + 1).To(DType.Float64) * uniform.Take(i)).To(DType.Int32);
                Tensor chosen = Tensor.Where(drawn.Equal(next).Any(), end, next);
                return [Tensor.Where(places.Equal(i), chosen, drawn), i + 1];
            },
            [Tensor.Full([size], -1, DType.Int32), Tensor.Full(Shape.Scalar, 0, DType.Int32)],
            Tree.Array(Tree.Tensor));
        return last[0].Sort();
    }
}
