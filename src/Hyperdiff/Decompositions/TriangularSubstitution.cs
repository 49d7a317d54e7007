using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Forward and backward substitution with many right-hand sides. Memory is walked along rows only.</summary>
internal static class TriangularSubstitution
{
    /// <summary>X ← op(T)⁻¹ X. The diagonal has no zeros.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major.</param>
    /// <param name="form">What op(T) is.</param>
    /// <param name="x"><c>[n, columns]</c>, row-major.</param>
    /// <param name="size">n, the number of rows.</param>
    public static void Solve<T>(ReadOnlySpan<T> matrix, TriangularForm form, Span<T> x, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = size == 0 ? 0 : x.Length / size;
        if (columns == 1 && !form.Transpose)
        {
            SolveVector<T>(matrix, form, x);
            return;
        }

        for (int step = 0; step < size; step++)
        {
            int i = form.Forward ? step : size - 1 - step;
            ReadOnlySpan<T> row = matrix.Slice(i * size, size);

            // not transposed, row i of T tells what the solved rows of X contribute to row i; transposed, what row i contributes to those not yet solved
            Range others = form.Lower ? ..i : (i + 1)..;
            if (!form.Transpose)
            {
                Gather<T>(row[others], x, form.Lower ? 0 : i + 1, i, columns);
            }

            if (!form.UnitDiagonal && columns == 1)
            {
                x[i] /= row[i];
            }
            else if (!form.UnitDiagonal)
            {
                Span<T> solved = x.Slice(i * columns, columns);
                TensorPrimitives.Divide(solved, row[i], solved);
            }

            if (form.Transpose)
            {
                Scatter<T>(row[others], x, form.Lower ? 0 : i + 1, i, columns);
            }
        }
    }

    // x_i ← (x_i − Σ t_j x_j) / t_i, of few of which all is in calls
    private static void SolveVector<T>(ReadOnlySpan<T> matrix, TriangularForm form, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int step = 0; step < x.Length; step++)
        {
            int i = form.Lower ? step : x.Length - 1 - step, first = form.Lower ? 0 : i + 1;
            T left = step == 0 ? x[i] : x[i] - TensorPrimitives.Dot<T>(matrix.Slice((i * x.Length) + first, step), x.Slice(first, step));
            x[i] = form.UnitDiagonal ? left : left / matrix[(i * x.Length) + i];
        }
    }

    // x_i ← x_i − Σ t_j x_j over the rows from first
    private static void Gather<T>(ReadOnlySpan<T> coefficients, Span<T> x, int first, int i, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> target = x.Slice(i * columns, columns);
        for (int j = 0; j < coefficients.Length; j++)
        {
            TensorPrimitives.MultiplyAdd(x.Slice((first + j) * columns, columns), -coefficients[j], target, target);
        }
    }

    // x_j ← x_j − t_j x_i over the rows from first
    private static void Scatter<T>(ReadOnlySpan<T> coefficients, Span<T> x, int first, int i, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (columns == 1)
        {
            Span<T> targets = x.Slice(first, coefficients.Length);
            TensorPrimitives.MultiplyAdd(coefficients, -x[i], targets, targets);
            return;
        }

        ReadOnlySpan<T> source = x.Slice(i * columns, columns);
        for (int j = 0; j < coefficients.Length; j++)
        {
            Span<T> target = x.Slice((first + j) * columns, columns);
            TensorPrimitives.MultiplyAdd(source, -coefficients[j], target, target);
        }
    }
}
