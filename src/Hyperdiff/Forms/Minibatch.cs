namespace Hyperdiff;

/// <summary>Samples drawn at random: without repetition within a minibatch, independently from one minibatch to the next.</summary>
internal static class Minibatch
{
    /// <summary>Some of the numbers 0 … n − 1, every subset of that size equally likely: what a mean over samples is unbiased for.</summary>
    /// <remarks>
    /// Floyd's algorithm: the time is that of the minibatch, whatever n. Each draw is uniform up to 2⁻⁵² n. In ascending order, so that rows are gathered in
    /// the order of memory. Source: Bentley and Floyd (1987), "Programming pearls: a sample of brilliance", doi:10.1145/30401.315746, algorithm F2.
    /// </remarks>
    /// <param name="key">What is drawn from.</param>
    /// <param name="samples">n.</param>
    /// <param name="size">How many, at most n.</param>
    public static Tensor Draw(RandomKey key, int samples, int size)
    {
        ReadOnlySpan<double> uniform = key.Uniform([size]).AsSpan<double>();
        var drawn = new SortedSet<int>();
        for (int i = 0; i < size; i++)
        {
            int last = samples - size + i;
            if (!drawn.Add((int)((last + 1.0) * uniform[i])))
            {
                drawn.Add(last);
            }
        }

        return Tensor.From<int>([.. drawn], [size]);
    }
}
