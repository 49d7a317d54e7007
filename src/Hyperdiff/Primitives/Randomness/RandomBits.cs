using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>
/// Random numbers as a function of keys, <c>int32 […, 2]</c>, and of the number of a stream, <c>int32 […]</c>: for every key a tensor of its own, <c>[…, drawn
/// …]</c>.
/// </summary>
/// <remarks>
/// The words of the counters <c>(First, stream), (First + 1, stream), …</c> of <see cref="Threefry"/>, in order. An <c>int32</c> element is one word; a
/// <c>float32</c> one the upper 24 bits of a word times 2⁻²⁴; a <c>float64</c> one the upper 53 bits of two words, the first above the second, times 2⁻⁵³. So
/// the bits of an element depend on its row-major position alone, and are the same everywhere. Without a derivative.
/// </remarks>
/// <param name="Drawn">The shape of what is drawn for each key.</param>
/// <param name="Target">The element type: <c>int32</c> for all bits, a floating one for numbers in [0, 1).</param>
/// <param name="First">The first counter.</param>
internal sealed record RandomBits(Shape Drawn, DType Target = DType.Int32, int First = 0) : Operation
{
    /// <summary>How many words are made at once.</summary>
    private const int Chunk = 1024;

    private const float SingleStep = 1f / (1 << 24);
    private const double DoubleStep = 1.0 / (1L << 53);

    /// <summary>In another type other numbers are drawn.</summary>
    internal override Primitive? Retyped(Retyping types) => Target == types.From ? null : this;

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        (TensorType keys, TensorType streams) = (operands[0], operands[1]);
        if (keys.DType != DType.Int32 || streams.DType != DType.Int32 || Target == DType.Bool)
        {
            throw new DTypeMismatchException(
                $"RandomBits: {Target.Name()} from keys {keys} and streams "
                    + $"{streams}: both are int32, and numbers or int32 are drawn; compare them to draw a mask.");
        }

        return keys.Shape.Rank > 0 && keys.Shape[^1] == 2 && streams.Shape == new Shape(keys.Shape.Sizes.AsSpan()[..^1])
            ? new TensorType(Target, [.. streams.Shape.Sizes, .. Drawn.Sizes])
            : throw new ShapeMismatchException(
                $"RandomBits: keys of shape {keys.Shape} and streams of shape {streams.Shape} do not fit: keys are […, 2], with one stream each, […].");
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        ReadOnlySpan<uint> keys = MemoryMarshal.Cast<int, uint>(operands[0].AsSpan<int>());
        ReadOnlySpan<int> streams = operands[1].AsSpan<int>();
        int count = Drawn.ElementCount;
        for (int i = 0; i < streams.Length; i++)
        {
            ((uint, uint) key, uint stream) = ((keys[2 * i], keys[(2 * i) + 1]), (uint)streams[i]);
            switch (Target)
            {
                case DType.Int32:
                    Threefry.Fill(key, (uint)First, stream, MemoryMarshal.Cast<int, uint>(result.AsSpan<int>().Slice(i * count, count)));
                    break;
                case DType.Float32:
                    Singles(key, stream, result.AsSpan<float>().Slice(i * count, count));
                    break;
                default:
                    Doubles(key, stream, result.AsSpan<double>().Slice(i * count, count));
                    break;
            }
        }
    }

    /// <summary>A batch of keys is a batch of draws.</summary>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => Of(Batches.Repeated(operands, size));

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;

    private void Singles((uint, uint) key, uint stream, Span<float> numbers)
    {
        Span<uint> words = stackalloc uint[Chunk];
        for (int start = 0; start < numbers.Length; start += Chunk)
        {
            Span<float> part = numbers.Slice(start, Math.Min(Chunk, numbers.Length - start));
            Threefry.Fill(key, (uint)First + (uint)(start / 2), stream, words[..part.Length]);
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = (words[i] >> 8) * SingleStep;
            }
        }
    }

    private void Doubles((uint, uint) key, uint stream, Span<double> numbers)
    {
        Span<uint> words = stackalloc uint[Chunk];
        for (int start = 0; start < numbers.Length; start += Chunk / 2)
        {
            Span<double> part = numbers.Slice(start, Math.Min(Chunk / 2, numbers.Length - start));
            Threefry.Fill(key, (uint)First + (uint)start, stream, words[..(2 * part.Length)]);
            for (int i = 0; i < part.Length; i++)
            {
                ulong pair = ((ulong)words[2 * i] << 32) | words[(2 * i) + 1];
                part[i] = (pair >> 11) * DoubleStep;
            }
        }
    }
}
