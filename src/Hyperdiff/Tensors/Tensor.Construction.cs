using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>A tensor without axes that holds one number.</summary>
    /// <param name="value">The number.</param>
    /// <param name="dtype">Its element type.</param>
    public static Tensor Scalar(double value, DType dtype = DType.Float64) => Full(Shape.Scalar, value, dtype);

    /// <summary>A tensor in which every element is the same number.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="value">The number; for <c>int32</c> it must be whole, for <c>bool</c> 0 or 1.</param>
    /// <param name="dtype">The element type.</param>
    /// <exception cref="ArgumentException">The number is not a value of the element type.</exception>
    public static Tensor Full(Shape shape, double value, DType dtype = DType.Float64)
    {
        bool representable = dtype switch
        {
            DType.Int32 => value == Math.Truncate(value) && value is >= int.MinValue and <= int.MaxValue,
            DType.Bool => value is 0 or 1,
            _ => true,
        };
        return representable
            ? new Tensor(new TensorType(dtype, shape), new UniformStorage(dtype == DType.Float32 ? (float)value : value))
            : throw new ArgumentException($"{value} is not a value of {dtype.Name()}.", nameof(value));
    }

    /// <summary>A tensor of zeros (of <c>false</c>, for <c>bool</c>).</summary>
    public static Tensor Zeros(Shape shape, DType dtype = DType.Float64) => Full(shape, 0, dtype);

    /// <summary>A tensor of ones (of <c>true</c>, for <c>bool</c>).</summary>
    public static Tensor Ones(Shape shape, DType dtype = DType.Float64) => Full(shape, 1, dtype);

    /// <summary>A tensor of zeros with the shape and element type of another.</summary>
    public static Tensor ZerosLike(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Zeros(tensor.Shape, tensor.DType);
    }

    /// <summary>A tensor of ones with the shape and element type of another.</summary>
    public static Tensor OnesLike(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return Ones(tensor.Shape, tensor.DType);
    }

    /// <summary>A tensor of rank 1 with a copy of the elements.</summary>
    /// <typeparam name="T">float, double, int or bool.</typeparam>
    public static Tensor From<T>(T[] elements)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From<T>(elements.AsSpan(), [elements.Length]);
    }

    /// <summary>A tensor of rank 2 with a copy of the elements.</summary>
    /// <typeparam name="T">float, double, int or bool.</typeparam>
    public static Tensor From<T>(T[,] elements)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return From(
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(elements)), elements.Length),
            [elements.GetLength(0), elements.GetLength(1)]);
    }

    /// <summary>A tensor with a copy of the elements, given row-major.</summary>
    /// <typeparam name="T">float, double, int or bool.</typeparam>
    /// <param name="elements">As many as the shape has.</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ShapeMismatchException">The count of elements is not that of the shape.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> elements, Shape shape)
        where T : unmanaged
    {
        if (elements.Length != shape.ElementCount)
        {
            throw new ShapeMismatchException($"Tensor.From: {elements.Length} elements do not fill shape {shape}, which has {shape.ElementCount}.");
        }

        HostArray copy = HostArray.AllocateUninitialized(new TensorType(DTypes.Of<T>(), shape));
        elements.CopyTo(copy.AsSpan<T>());
        return FromHost(copy);
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, Shape)"/>
    public static Tensor From<T>(T[] elements, Shape shape)
        where T : unmanaged => From<T>(elements.AsSpan(), shape);

    /// <summary>A tensor over an array that the caller gives away: it is not copied, and nobody may write to it afterwards.</summary>
    /// <exception cref="ShapeMismatchException">The count of elements is not that of the shape.</exception>
    public static Tensor Wrap<T>(T[] elements, Shape shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        if (elements.Length != shape.ElementCount)
        {
            throw new ShapeMismatchException($"Tensor.Wrap: {elements.Length} elements do not fill shape {shape}, which has {shape.ElementCount}.");
        }

        return FromHost(new HostArray(new TensorType(DTypes.Of<T>(), shape), elements));
    }

    /// <summary>A tensor over memory that nobody may write to afterwards: memory of an array, or of a part of one, is not copied; other memory is.</summary>
    /// <typeparam name="T">float, double, int or bool.</typeparam>
    /// <param name="elements">As many as the shape has, row-major.</param>
    /// <param name="shape">The sizes.</param>
    /// <exception cref="ShapeMismatchException">The count of elements is not that of the shape.</exception>
    public static Tensor Wrap<T>(ReadOnlyMemory<T> elements, Shape shape)
        where T : unmanaged
    {
        if (!MemoryMarshal.TryGetArray(elements, out ArraySegment<T> segment) || segment.Array is null)
        {
            return From(elements.Span, shape);
        }

        return segment.Count == shape.ElementCount
            ? FromHost(new HostArray(new TensorType(DTypes.Of<T>(), shape), segment.Array, segment.Offset))
            : throw new ShapeMismatchException($"Tensor.Wrap: {segment.Count} elements do not fill shape {shape}, which has {shape.ElementCount}.");
    }

    /// <summary>The integers 0 … n−1 as an <c>int32</c> vector.</summary>
    public static Tensor Arange(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        HostArray array = HostArray.AllocateUninitialized(new TensorType(DType.Int32, [count]));
        Span<int> elements = array.AsSpan<int>();
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = i;
        }

        return FromHost(array);
    }

    /// <summary>The n×n identity matrix.</summary>
    public static Tensor Eye(int size, DType dtype = DType.Float64)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        HostArray array = HostArray.Allocate(new TensorType(dtype, [size, size]));
        for (int i = 0; i < size; i++)
        {
            UniformStorage.Fill(new HostArray(new TensorType(dtype, Shape.Scalar), array.Data, (i * size) + i), 1);
        }

        return FromHost(array);
    }

    /// <summary>A tensor over a window of host memory that nobody writes to afterwards.</summary>
    /// <exception cref="ArgumentException">The window is a default value, on no array.</exception>
    public static Tensor FromHost(HostArray array) => array.Data is null
        ? throw new ArgumentException("Tensor.FromHost: the window lies on no array; make one by HostArray's constructor.", nameof(array))
        : new(array.Type, new HostStorage(array));
}
