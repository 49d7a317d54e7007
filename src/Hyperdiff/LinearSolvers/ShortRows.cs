using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff;

/// <summary>Passes over short vectors in host memory, as they lie: there a graph takes longer than its arithmetic.</summary>
internal static class ShortRows
{
    // a pass over twenty such vectors takes some microseconds, of which a second thread saves nothing
    private const int Short = 4096;

    /// <summary>Whether vectors of these types are.</summary>
    public static bool Are(ReadOnlySpan<TensorType> vector)
    {
        long numbers = 0;
        foreach (TensorType type in vector)
        {
            numbers += type.Shape.ElementCount;
        }

        return numbers <= Short;
    }

    /// <summary>The inner products of rows with a vector.</summary>
    /// <param name="rows">Per leaf the rows, one after the other.</param>
    /// <param name="vector">The leaves of the vector.</param>
    /// <param name="dots">Receives one number per row.</param>
    public static void Dots(Tensor[] rows, Tensor[] vector, Span<double> dots)
    {
        dots.Clear();
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].DType == DType.Float32)
            {
                AddDots(rows[i].AsSpan<float>(), vector[i].AsSpan<float>(), dots);
            }
            else
            {
                AddDots(rows[i].AsSpan<double>(), vector[i].AsSpan<double>(), dots);
            }
        }
    }

    /// <summary>The sum of rows with weights.</summary>
    /// <param name="rows">Per leaf the rows, one after the other.</param>
    /// <param name="weights">One per row.</param>
    /// <param name="sum">Receives the sum, in memory to write to.</param>
    public static void Combine(Tensor[] rows, ReadOnlySpan<double> weights, Tensor[] sum)
    {
        foreach (Tensor leaf in sum)
        {
            UniformStorage.Fill(leaf.Read(), 0);
        }

        AddRows(rows, weights, 1, sum);
    }

    /// <summary>What a vector has along orthonormal rows, and what is left of it, divided by its norm; projected twice.</summary>
    /// <param name="rows">Per leaf the rows, one after the other.</param>
    /// <param name="vector">The leaves of the vector.</param>
    /// <param name="shares">Receives the share of every row.</param>
    /// <param name="rest">Receives the rest, of norm 1 or zero, in memory to write to.</param>
    /// <returns>The norm of the rest.</returns>
    public static double Project(Tensor[] rows, Tensor[] vector, Span<double> shares, Tensor[] rest)
    {
        for (int i = 0; i < rest.Length; i++)
        {
            rest[i].Overwrite(vector[i]);
        }

        double[] once = new double[shares.Length];
        shares.Clear();
        for (int pass = 0; pass < 2; pass++)
        {
            Dots(rows, rest, once);
            AddRows(rows, once, -1, rest);
            TensorPrimitives.Add(shares, once, shares);
        }

        double norm = new LeafVector(rest).Magnitude();
        foreach (Tensor leaf in rest)
        {
            Multiply(leaf.Read(), norm > 0 ? 1 / norm : 0);
        }

        return norm;
    }

    private static void AddRows(Tensor[] rows, ReadOnlySpan<double> weights, double sign, Tensor[] sum)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].DType == DType.Float32)
            {
                AddRows(rows[i].AsSpan<float>(), weights, (float)sign, sum[i].Read().AsSpan<float>());
            }
            else
            {
                AddRows(rows[i].AsSpan<double>(), weights, sign, sum[i].Read().AsSpan<double>());
            }
        }
    }

    private static void Multiply(HostArray leaf, double factor)
    {
        if (leaf.Type.DType == DType.Float32)
        {
            TensorPrimitives.Multiply(leaf.AsSpan<float>(), (float)factor, leaf.AsSpan<float>());
        }
        else
        {
            TensorPrimitives.Multiply(leaf.AsSpan<double>(), factor, leaf.AsSpan<double>());
        }
    }

    private static void AddDots<T>(ReadOnlySpan<T> rows, ReadOnlySpan<T> vector, Span<double> dots)
        where T : INumberBase<T>
    {
        for (int i = 0; i < dots.Length; i++)
        {
            dots[i] += double.CreateTruncating(TensorPrimitives.Dot(rows.Slice(i * vector.Length, vector.Length), vector));
        }
    }

    private static void AddRows<T>(ReadOnlySpan<T> rows, ReadOnlySpan<double> weights, T sign, Span<T> sum)
        where T : INumberBase<T>
    {
        for (int i = 0; i < weights.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(rows.Slice(i * sum.Length, sum.Length), sign * T.CreateTruncating(weights[i]), sum, sum);
        }
    }
}
