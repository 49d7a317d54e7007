using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Hyperdiff.Decompositions;

/// <summary>Solutions in float32 made as good as those in double precision: <c>x ← x + F⁻¹(b − op(A) x)</c> with factors F in float32, residuals in double
/// precision.</summary>
/// <remarks>Source: Higham (2002), "Accuracy and Stability of Numerical Algorithms", doi:10.1137/1.9780898718027, 2nd edition, theorem 12.1: each round
/// multiplies the error by about n ε κ(A), until it is that of rounding x.</remarks>
internal static class Refinement
{
    private const int MostRounds = 4;

    // a quarter of the rounding of a result in float32
    private static readonly double s_negligible = DType.Float32.Epsilon() / 8;

    /// <summary>Refines one solution; false if that does not converge, since A is singular to within float32.</summary>
    /// <param name="matrix">A, <c>[n, n]</c>.</param>
    /// <param name="transposed">Whether op transposes.</param>
    /// <param name="given">b, <c>[n]</c>.</param>
    /// <param name="x">F⁻¹ b; then the solution.</param>
    /// <param name="solve">y ← F⁻¹ y.</param>
    public static bool TryRefine(ReadOnlySpan<float> matrix, bool transposed, ReadOnlySpan<float> given, Span<float> x, Action<Memory<float>> solve)
    {
        int size = x.Length;
        double[] rented = ArrayPool<double>.Shared.Rent(2 * size);
        float[] step = ArrayPool<float>.Shared.Rent(size);
        Span<double> solution = rented.AsSpan(0, size), residual = rented.AsSpan(size, size);
        TensorPrimitives.ConvertTruncating<float, double>(x, solution);
        bool converged = false;
        double before = Math.Abs(TensorPrimitives.MaxMagnitude<double>(solution));
        for (int round = 0; round < MostRounds && !converged; round++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(given, residual);
            Subtract(matrix, transposed, solution, residual);
            double level = Math.Abs(TensorPrimitives.MaxMagnitude<double>(residual));
            if (level == 0)
            {
                converged = true;
                break;
            }

            // in a unit of its own, so that it does not leave the range of float
            TensorPrimitives.Divide(residual, level, residual);
            TensorPrimitives.ConvertTruncating<double, float>(residual, step.AsSpan(0, size));
            solve(step.AsMemory(0, size));
            TensorPrimitives.ConvertTruncating<float, double>(step.AsSpan(0, size), residual);
            TensorPrimitives.MultiplyAdd(residual, level, solution, solution);
            double change = level * Math.Abs(TensorPrimitives.MaxMagnitude<double>(residual));
            double contraction = change / before;
            if (!(contraction < 0.5))
            {
                break;
            }

            converged = contraction * change <= s_negligible * Math.Abs(TensorPrimitives.MaxMagnitude<double>(solution));
            before = change;
        }

        TensorPrimitives.ConvertTruncating<double, float>(solution, x);
        ArrayPool<double>.Shared.Return(rented);
        ArrayPool<float>.Shared.Return(step);
        return converged && Finiteness.IsOf<float>(x);
    }

    // r ← r − op(A) x
    private static void Subtract(ReadOnlySpan<float> matrix, bool transposed, ReadOnlySpan<double> x, Span<double> r)
    {
        int size = x.Length;
        for (int i = 0; i < size; i++)
        {
            ReadOnlySpan<float> row = matrix.Slice(i * size, size);
            if (transposed)
            {
                Combine(row, -x[i], r);
            }
            else
            {
                r[i] -= Dot(row, x);
            }
        }
    }

    private static double Dot(ReadOnlySpan<float> row, ReadOnlySpan<double> x)
    {
        ReadOnlySpan<Vector<float>> elements = MemoryMarshal.Cast<float, Vector<float>>(row);
        ReadOnlySpan<Vector<double>> factors = MemoryMarshal.Cast<double, Vector<double>>(x);
        Vector<double> first = Vector<double>.Zero, second = Vector<double>.Zero;
        for (int k = 0; k < elements.Length; k++)
        {
            Vector.Widen(elements[k], out Vector<double> low, out Vector<double> high);
            first += low * factors[2 * k];
            second += high * factors[(2 * k) + 1];
        }

        double sum = Vector.Sum(first + second);
        for (int k = elements.Length * Vector<float>.Count; k < row.Length; k++)
        {
            sum += row[k] * x[k];
        }

        return sum;
    }

    // r ← r + f a
    private static void Combine(ReadOnlySpan<float> row, double factor, Span<double> r)
    {
        ReadOnlySpan<Vector<float>> elements = MemoryMarshal.Cast<float, Vector<float>>(row);
        Span<Vector<double>> sums = MemoryMarshal.Cast<double, Vector<double>>(r);
        for (int k = 0; k < elements.Length; k++)
        {
            Vector.Widen(elements[k], out Vector<double> low, out Vector<double> high);
            sums[2 * k] += low * factor;
            sums[(2 * k) + 1] += high * factor;
        }

        for (int k = elements.Length * Vector<float>.Count; k < row.Length; k++)
        {
            r[k] += row[k] * factor;
        }
    }
}
