namespace Hyperdiff.Primitives;

/// <summary>Visits an array in the order of another shape: what broadcasting, permuting, slicing and padding have in common.</summary>
internal static class Strided
{
    /// <summary><c>result[i₀, i₁, …] = source[start + Σ iₐ·strides[a]]</c>, for any element type.</summary>
    public static void Gather(HostArray source, ReadOnlySpan<int> strides, int start, HostArray result)
    {
        switch (result.Type.DType)
        {
            case DType.Float32:
                Gather(source.AsSpan<float>(), strides, start, result.Type.Shape, result.AsSpan<float>());
                break;
            case DType.Float64:
                Gather(source.AsSpan<double>(), strides, start, result.Type.Shape, result.AsSpan<double>());
                break;
            case DType.Int32:
                Gather(source.AsSpan<int>(), strides, start, result.Type.Shape, result.AsSpan<int>());
                break;
            default:
                Gather(source.AsSpan<bool>(), strides, start, result.Type.Shape, result.AsSpan<bool>());
                break;
        }
    }

    /// <summary><c>result[start + Σ iₐ·strides[a]] = source[i₀, i₁, …]</c>, for any element type; the other elements stay.</summary>
    public static void Scatter(HostArray source, ReadOnlySpan<int> strides, int start, HostArray result)
    {
        switch (result.Type.DType)
        {
            case DType.Float32:
                Scatter(source.AsSpan<float>(), strides, start, source.Type.Shape, result.AsSpan<float>());
                break;
            case DType.Float64:
                Scatter(source.AsSpan<double>(), strides, start, source.Type.Shape, result.AsSpan<double>());
                break;
            case DType.Int32:
                Scatter(source.AsSpan<int>(), strides, start, source.Type.Shape, result.AsSpan<int>());
                break;
            default:
                Scatter(source.AsSpan<bool>(), strides, start, source.Type.Shape, result.AsSpan<bool>());
                break;
        }
    }

    private static void Gather<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> strides, int start, Shape shape, Span<T> result)
        where T : unmanaged
    {
        Span<int> index = stackalloc int[shape.Rank];
        int position = start;
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = source[position];
            position += Advance(index, strides, shape);
        }
    }

    private static void Scatter<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> strides, int start, Shape shape, Span<T> result)
        where T : unmanaged
    {
        Span<int> index = stackalloc int[shape.Rank];
        int position = start;
        for (int i = 0; i < source.Length; i++)
        {
            result[position] = source[i];
            position += Advance(index, strides, shape);
        }
    }

    // counts up like an odometer, the last axis first, and returns how far the position moves
    private static int Advance(Span<int> index, ReadOnlySpan<int> strides, Shape shape)
    {
        int moved = 0;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            moved += strides[axis];
            if (++index[axis] < shape[axis])
            {
                break;
            }

            moved -= strides[axis] * index[axis];
            index[axis] = 0;
        }

        return moved;
    }
}
