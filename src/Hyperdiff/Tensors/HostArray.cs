using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>A window on host memory that holds one tensor, row-major and without gaps: what kernels read and write.</summary>
/// <remarks>
/// <code>
/// Data:  . . . . e0 e1 e2 … e(Count-1) . . .
///                ^ Offset
/// </code>
/// </remarks>
public readonly struct HostArray
{
    // Vectors that cross cache lines load at half the rate, which takes half as long again in a product with a vector. Large arrays stay where they are, as a
    // rule; where one moves after all, it is slower.
    private const int CacheLine = 64;

    /// <summary>A window of <c>type.Shape.Count</c> elements that begins at <paramref name="offset"/>.</summary>
    /// <param name="type">Element type and shape.</param>
    /// <param name="data">An array of that element type, <c>float[]</c>, <c>double[]</c>, <c>int[]</c> or <c>bool[]</c>.</param>
    /// <param name="offset">Where in it the first element lies.</param>
    /// <exception cref="ArgumentException">The array is of another type, or the window does not lie inside it.</exception>
    public HostArray(TensorType type, Array data, int offset = 0)
    {
        ArgumentNullException.ThrowIfNull(data);

        // of exactly this type: an array of unsigned numbers passes for one of signed numbers where only the runtime looks
        if (data.GetType() != type.DType.ArrayType())
        {
            throw new ArgumentException($"A window of type {type} lies on an array of {type.DType.Name()}, not on {data.GetType()}.", nameof(data));
        }

        if (offset < 0 || offset > data.Length - type.Shape.ElementCount)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset,
                $"A window of type {type} at {offset} does not lie inside an array of {data.Length} elements.");
        }

        Type = type;
        Data = data;
        Offset = offset;
    }

    /// <summary>Element type and shape.</summary>
    public TensorType Type { get; }

    /// <summary>The array behind the window: <c>float[]</c>, <c>double[]</c>, <c>int[]</c> or <c>bool[]</c>.</summary>
    public Array Data { get; }

    /// <summary>Where in <see cref="Data"/> the first element lies.</summary>
    public int Offset { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Type.Shape.ElementCount;

    /// <summary>A new window on memory of its own.</summary>
    /// <exception cref="ArgumentException">The process can never hold so many elements.</exception>
    /// <exception cref="InsufficientMemoryException">It has not so much memory left.</exception>
    public static HostArray Allocate(TensorType type) =>
        Room.For(type, static type => new HostArray(type, type.DType.NewArray(type.Shape.ElementCount)));

    /// <summary>A new window on memory of its own that holds anything: for what is written throughout. A large one begins on a cache line.</summary>
    internal static HostArray AllocateUninitialized(TensorType type) => Room.For(type, static type => type.DType switch
    {
        DType.Float64 => Uninitialized<double>(type),
        DType.Float32 => Uninitialized<float>(type),
        DType.Int32 => Uninitialized<int>(type),
        _ => Uninitialized<bool>(type),
    });

    /// <summary>The elements.</summary>
    /// <exception cref="InvalidCastException"><typeparamref name="T"/> is not the element type.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged => ((T[])Data).AsSpan(Offset, Count);

    /// <summary>The elements as bytes.</summary>
    internal Span<byte> AsBytes() => Type.DType switch
    {
        DType.Float64 => MemoryMarshal.AsBytes(AsSpan<double>()),
        DType.Float32 => MemoryMarshal.AsBytes(AsSpan<float>()),
        DType.Int32 => MemoryMarshal.AsBytes(AsSpan<int>()),
        _ => MemoryMarshal.AsBytes(AsSpan<bool>()),
    };

    /// <summary>Copies the elements to another window of as many elements of the same type.</summary>
    public void CopyTo(HostArray destination)
    {
        if (destination.Type.DType != Type.DType || destination.Count != Count)
        {
            throw new ArgumentException($"A window of type {Type} cannot be copied to one of type {destination.Type}: elements or their number differ.",
                nameof(destination));
        }

        Array.Copy(Data, Offset, destination.Data, destination.Offset, Count);
    }

    /// <summary>A part of the window: one of equal parts, in order.</summary>
    /// <param name="part">The shape of a part.</param>
    /// <param name="position">Which part, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such part.</exception>
    public HostArray Part(Shape part, int position) => position >= 0 && (position + 1L) * part.ElementCount <= Count
        ? new(Type with { Shape = part }, Data, Offset + (position * part.ElementCount))
        : throw new ArgumentOutOfRangeException(nameof(position), position, $"A window of shape {Type.Shape} has no part {position} of shape {part}.");

    /// <summary>The same elements under another shape of equal count.</summary>
    /// <exception cref="ShapeMismatchException">The counts differ.</exception>
    public HostArray Reshaped(Shape shape) => shape.ElementCount == Count
        ? new(Type with { Shape = shape }, Data, Offset)
        : throw new ShapeMismatchException($"A window of shape {Type.Shape} does not have the elements of shape {shape}.");

    /// <inheritdoc/>
    public override string ToString() => TensorFormatter.Format(Type, this);

    private static unsafe HostArray Uninitialized<T>(TensorType type)
        where T : unmanaged
    {
        int count = type.Shape.ElementCount, padding = CacheLine / sizeof(T);
        long bytes = (long)count * sizeof(T);
        if (bytes < ResultPool.Least || count > Array.MaxLength - padding)
        {
            return new HostArray(type, GC.AllocateUninitializedArray<T>(count));
        }

        T[] data = ResultPool.Rent<T>(count + padding);
        nuint past = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(data, 0) % CacheLine;
        return new HostArray(type, data, past == 0 ? 0 : (int)((CacheLine - past) / (nuint)sizeof(T)));
    }
}
