using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Numbers that an iteration asks of its vectors, read together: where the vectors lie on a device, in one transfer.</summary>
internal static class Readings
{
    /// <summary>The elements of small tensors, one after the other.</summary>
    public static double[] Of(params ReadOnlySpan<Tensor> tensors) => Of(tensors, []);

    /// <summary>The norms of vectors (<see cref="LeafVector.Magnitude"/>).</summary>
    public static double[] Norms(params ReadOnlySpan<LeafVector> vectors) => Of([], vectors);

    /// <summary>The elements of small tensors, and then the norms of vectors.</summary>
    public static double[] Of(ReadOnlySpan<Tensor> tensors, ReadOnlySpan<LeafVector> vectors)
    {
        int count = 0;
        foreach (Tensor tensor in tensors)
        {
            count += tensor.Count;
        }

        double[] numbers = new double[count + vectors.Length];
        Read(numbers.AsSpan(0, count), tensors, numbers.AsSpan(count), vectors);
        return numbers;
    }

    /// <summary>The elements of small tensors, into memory of the caller.</summary>
    public static void Into(Span<double> numbers, params ReadOnlySpan<Tensor> tensors) => Read(numbers, tensors, [], []);

    private static void Read(Span<double> numbers, ReadOnlySpan<Tensor> tensors, Span<double> norms, ReadOnlySpan<LeafVector> vectors)
    {
        if (IsOnDevice(tensors, vectors))
        {
            Transfer(numbers, tensors, norms, vectors);
            return;
        }

        int next = 0;
        foreach (Tensor tensor in tensors)
        {
            if (tensor.DType == DType.Float64)
            {
                tensor.AsSpan<double>().CopyTo(numbers[next..]);
            }
            else
            {
                tensor.To(DType.Float64).CopyTo(numbers[next..]);
            }

            next += tensor.Count;
        }

        for (int i = 0; i < vectors.Length; i++)
        {
            norms[i] = vectors[i].Magnitude();
        }
    }

    private static void Transfer(Span<double> numbers, ReadOnlySpan<Tensor> tensors, Span<double> norms, ReadOnlySpan<LeafVector> vectors)
    {
        var parts = new List<Tensor>(tensors.Length + vectors.Length);
        foreach (Tensor tensor in tensors)
        {
            parts.Add(tensor.To(DType.Float64).Reshape(tensor.Count));
        }

        foreach (LeafVector vector in vectors)
        {
            parts.Add(vector.SquaredNorm().Reshape(1));
        }

        ReadOnlySpan<double> all = Tensor.Concat(0, [.. parts]).AsSpan<double>();
        all[..numbers.Length].CopyTo(numbers);
        for (int i = 0; i < vectors.Length; i++)
        {
            norms[i] = vectors[i].NormFrom(all[numbers.Length + i]);
        }
    }

    private static bool IsOnDevice(ReadOnlySpan<Tensor> tensors, ReadOnlySpan<LeafVector> vectors)
    {
        foreach (LeafVector vector in vectors)
        {
            if (vector.IsOnDevice)
            {
                return true;
            }
        }

        foreach (Tensor tensor in tensors)
        {
            if (Placement.OwnerOf(tensor.Storage) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
