using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>Where random numbers come from: a value, from which numbers are drawn and other keys are made. There is no hidden state.</summary>
/// <remarks>
/// <para>The same key gives the same numbers, always: on every machine, backend and number of threads. So every use takes a key of its own, made by
/// <see cref="Split(int)"/> or <see cref="Fold(int)"/>; two draws from one key are not independent, and neither are a draw from a key and keys made from it
/// that are reused.</para>
/// <para>Behind a key stands an <c>int32</c> tensor: it can be an argument of a traced function, a leaf of a structure (without a derivative), and an item of a
/// batch. A key of some <see cref="Shape"/> is that many keys, and draws for each of them what it would draw alone: <c>[keys …, drawn …]</c>.</para>
/// <para>An element of a draw depends on the key and on its row-major position in what is drawn, on nothing else. So <c>[2, 3]</c> holds the six numbers of
/// <c>[6]</c>, and a longer draw begins with the shorter one; drawing <c>[n, 2]</c> instead of <c>[n, 3]</c> moves numbers to other rows. The same holds for
/// the keys of a split.</para>
/// <para>The generator is Threefry-2x32 with 20 rounds (Salmon et al. 2011, doi:10.1145/2063384.2063405). Draws use the counters (i, 0), splits (i, 1), folding
/// in data d the counter (2³¹, d): no two of them meet. Different ways to other keys give the same key with a probability of 2⁻⁶⁴ per pair.</para>
/// </remarks>
public sealed partial class RandomKey
{
    // draws take the counters (i, 0) with i < 2³⁰, for at most 2³¹ words
    private const int SplitStream = 1;
    private const int FoldCounter = int.MinValue;

    /// <summary>A key over its words.</summary>
    /// <param name="words"><c>int32 [2]</c>, or <c>int32 […, 2]</c> for as many keys; any words make a key.</param>
    /// <exception cref="DTypeMismatchException">The words are not <c>int32</c>.</exception>
    /// <exception cref="ShapeMismatchException">The last axis does not hold two words.</exception>
    public RandomKey(Tensor words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.DType != DType.Int32)
        {
            throw new DTypeMismatchException($"RandomKey: the words of a key are int32, not {words.Type}; make a key from a number by RandomKey.FromSeed.");
        }

        Words = words.Rank > 0 && words.Shape[^1] == 2
            ? words
            : throw new ShapeMismatchException(
                $"RandomKey: words of shape {words.Shape} are not [2], or […, 2] for several keys; make a key from a number by RandomKey.FromSeed.");
    }

    /// <summary>The two words of each key, <c>int32 […, 2]</c>: what to store, to draw the same numbers again.</summary>
    public Tensor Words { get; }

    /// <summary>How many keys this is: <c>[]</c> for one.</summary>
    public Shape Shape => new(Words.Shape.Sizes.AsSpan()[..^1]);

    /// <summary>The key of a number; different numbers give different keys.</summary>
    public static RandomKey FromSeed(long seed) => new(Tensor.From([(int)(seed >> 32), (int)seed]));

    /// <summary>Keys that are independent of each other, one for each use.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public RandomKey[] Split(int count)
    {
        Tensor words = SplitBatch(count).Words;
        return [.. Enumerable.Range(0, count).Select(i => new RandomKey(words.Slice(-2, i, i + 1).Squeeze(-2)))];
    }

    /// <summary>The keys of <see cref="Split(int)"/> as one value of shape <c>[…, count]</c>: one for each item of a batch.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public RandomKey SplitBatch(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new RandomKey(new RandomBits([count, 2]).Of(Words, Tensor.Full(Shape, SplitStream, DType.Int32)));
    }

    /// <summary>The key for some number: of an iteration, of a sample. Different numbers give independent keys.</summary>
    /// <param name="data">Any number.</param>
    public RandomKey Fold(int data) => Fold(Tensor.Full([], data, DType.Int32));

    /// <summary>The keys for some numbers, also for such as are known only when a graph runs.</summary>
    /// <param name="data"><c>int32</c>; its shape and that of this key broadcast.</param>
    /// <exception cref="DTypeMismatchException">The numbers are not <c>int32</c>.</exception>
    /// <exception cref="ShapeMismatchException">The shapes do not broadcast.</exception>
    public RandomKey Fold(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.DType != DType.Int32)
        {
            throw new DTypeMismatchException($"RandomKey.Fold: a key is made from int32, not from {data.Type}; convert it: data.To(DType.Int32).");
        }

        if (!Shape.TryBroadcast(Shape, data.Shape, out Shape shape))
        {
            throw Labelled.Mismatch($"RandomKey.Fold: keys of shape {Shape} and numbers of shape {data.Shape} do not broadcast", Words, data);
        }

        return new RandomKey(new RandomBits([2], First: FoldCounter).Of(Words.BroadcastTo([.. shape.Sizes, 2]), data.BroadcastTo(shape)));
    }

    /// <summary>What the key looks like: its words, unless they are known only when a graph runs.</summary>
    public override string ToString() => $"RandomKey {Words}";
}
