namespace Hyperdiff.Primitives;

/// <summary>Reads an array in the order of another shape: what broadcasting, permuting and slicing have in common.</summary>
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

    private static void Gather<T>(ReadOnlySpan<T> source, ReadOnlySpan<int> strides, int start, Shape shape, Span<T> result)
        where T : unmanaged
    {
        Span<int> index = stackalloc int[shape.Rank];
        int position = start;
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = source[position];

            // count up like an odometer: the last axis first
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                position += strides[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                position -= strides[axis] * index[axis];
                index[axis] = 0;
            }
        }
    }
}
