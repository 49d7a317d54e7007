namespace Hyperdiff.Data;

/// <summary>Minibatches as indices. They are functions of what is given, without a state: the same key gives the same minibatch.</summary>
public static class Minibatches
{
    private static Order? s_last;

    /// <summary>Some of the numbers 0 … n − 1 at random, without repetition and in ascending order, in the time that they take, whatever n.</summary>
    /// <param name="samples">n.</param>
    /// <param name="size">How many, from 1 to n.</param>
    /// <param name="key">What is drawn from.</param>
    /// <returns><c>int32 [size]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many samples.</exception>
    public static Tensor Draw(int samples, int size, RandomKey key)
    {
        Require(samples, size, key);
        return Minibatch.Draw(key, samples, size);
    }

    /// <summary>The minibatch of a step, where every sample comes once per epoch: consecutive parts of a permutation that each epoch has of its own.</summary>
    /// <param name="samples">n.</param>
    /// <param name="size">How many, from 1 to n; the last of an epoch is smaller if this does not divide n.</param>
    /// <param name="key">What the permutations are drawn from: the same for all steps.</param>
    /// <param name="step">The number of the step, from 0.</param>
    /// <returns><c>int32 [size]</c>, or less.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many samples, or the step is negative.</exception>
    public static Tensor OfEpoch(int samples, int size, RandomKey key, int step)
    {
        Require(samples, size, key);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        (int epoch, int within) = Math.DivRem(step, PerEpoch(samples, size));
        int start = within * size;
        return OrderOf(key, epoch, samples)[start..Math.Min(samples, start + size)];
    }

    // the steps of an epoch come one after the other, and its order is drawn by the first of them
    private static Tensor OrderOf(RandomKey key, int epoch, int samples)
    {
        if (key.Words.IsTraced || key.Shape.Rank > 0)
        {
            return key.Fold(epoch).Permutation(samples);
        }

        (Tensor words, Order? last) = (key.Words, Volatile.Read(ref s_last));
        if (last is null || (last.Epoch, last.Samples.Shape[0]) != (epoch, samples) || !last.Words.AsSpan<int>().SequenceEqual(words.AsSpan<int>()))
        {
            last = new Order(words, epoch, key.Fold(epoch).Permutation(samples));
            Volatile.Write(ref s_last, last);
        }

        return last.Samples;
    }

    /// <summary>How many steps make an epoch: <c>⌈n / size⌉</c>.</summary>
    /// <param name="samples">n.</param>
    /// <param name="size">The size of a minibatch, from 1 to n.</param>
    public static int PerEpoch(int samples, int size)
    {
        RequireSizes(samples, size);
        return ((samples - 1) / size) + 1;
    }

    private static void Require(int samples, int size, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        RequireSizes(samples, size);
    }

    private static void RequireSizes(int samples, int size)
    {
        if (samples < 1 || size < 1 || size > samples)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, $"Minibatches: a minibatch has from 1 to {samples} of {samples} samples.");
        }
    }

    /// <summary>The samples of an epoch in their order.</summary>
    private sealed record Order(Tensor Words, int Epoch, Tensor Samples);
}
