namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The elements in host memory. Callers must not write to them.</summary>
    public HostArray Read() => Storage.Read(Type);

    /// <summary>The only element, as a double (1 and 0 for <c>true</c> and <c>false</c>).</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one element.</exception>
    public double ToScalar()
    {
        if (Count != 1)
        {
            throw new InvalidOperationException($"ToScalar: a tensor of type {Type} has {Count} elements; reduce it first, or index one.");
        }

        HostArray array = Read();
        return DType switch
        {
            DType.Float32 => array.AsSpan<float>()[0],
            DType.Float64 => array.AsSpan<double>()[0],
            DType.Int32 => array.AsSpan<int>()[0],
            _ => array.AsSpan<bool>()[0] ? 1 : 0,
        };
    }

    /// <summary>Whether the only element is not 0, so that <c>while (residual > tolerance)</c> is C#; in a traced function this reads the value, and the trace
    /// holds for it alone.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one element: the truth of several is that of <c>All()</c> or of
    /// <c>Any()</c>.</exception>
    public bool IsTrue => Count == 1
        ? ToScalar() != 0
        : throw new InvalidOperationException(
            $"The truth of a tensor of type {Type} is not defined, for it has {Count} elements; reduce it by All() or Any().");

    /// <summary>Whether the only element is not 0: <c>if (x > y)</c>.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one element.</exception>
    public static bool operator true(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.IsTrue;
    }

    /// <summary>Whether the only element is 0.</summary>
    /// <exception cref="InvalidOperationException">There is not exactly one element.</exception>
    public static bool operator false(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return !tensor.IsTrue;
    }

    /// <summary>A copy of the elements, row-major.</summary>
    /// <typeparam name="T">The C# type of the element type: no conversion takes place.</typeparam>
    /// <exception cref="DTypeMismatchException"><typeparamref name="T"/> is not the element type.</exception>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        RequireElement<T>();
        return Read().AsSpan<T>().ToArray();
    }

    /// <summary>Copies the elements, row-major, to memory of the caller.</summary>
    /// <exception cref="DTypeMismatchException"><typeparamref name="T"/> is not the element type.</exception>
    /// <exception cref="ArgumentException">The destination is shorter than the tensor.</exception>
    public void CopyTo<T>(Span<T> destination)
        where T : unmanaged
    {
        RequireElement<T>();
        Read().AsSpan<T>().CopyTo(destination);
    }

    /// <summary>The elements as a read-only span, without a copy.</summary>
    /// <exception cref="DTypeMismatchException"><typeparamref name="T"/> is not the element type.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged
    {
        RequireElement<T>();
        return Read().AsSpan<T>();
    }

    /// <summary>The elements as read-only memory, without a copy: unlike a span, it can be kept, and passed to asynchronous code.</summary>
    /// <exception cref="DTypeMismatchException"><typeparamref name="T"/> is not the element type.</exception>
    public ReadOnlyMemory<T> AsMemory<T>()
        where T : unmanaged
    {
        RequireElement<T>();
        HostArray array = Read();
        return new ReadOnlyMemory<T>((T[])array.Data, array.Offset, array.Count);
    }

    private void RequireElement<T>()
        where T : unmanaged
    {
        if (DTypes.Of<T>() != DType)
        {
            throw new DTypeMismatchException(
                $"A tensor of type {Type} is read as {DType.Name()}, not {DTypes.Of<T>().Name()}; convert it first: tensor.To(DType.{DTypes.Of<T>()}).");
        }
    }
}
