using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>A = Q R as <see cref="HouseholderQr"/> defines it, with the reflections of a few columns applied together. Matrices are held by columns, that is,
/// transposed.</summary>
internal static class BlockedQr
{
    /// <summary>Factors a matrix with at least as many rows as columns.</summary>
    /// <param name="product">What multiplies.</param>
    /// <param name="matrix"><c>[m, n]</c>, row-major.</param>
    /// <param name="size">m and n.</param>
    /// <param name="q"><c>[m, n]</c>, zeros before.</param>
    /// <param name="r"><c>[n, n]</c>, zeros before.</param>
    public static void Factor<T>(MatrixProduct product, ReadOnlySpan<T> matrix, (int Rows, int Columns) size, Span<T> q, Span<T> r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int columns) = size;
        var work = new T[rows * columns];
        Turning.Turn(matrix, columns, work, rows, size);
        Reflections<T> reflections = new(product, work, (columns, rows), 0);
        for (int start = 0; start < columns; start += Reflections<T>.Block)
        {
            int end = Math.Min(start + Reflections<T>.Block, columns);
            for (int k = start; k < end; k++)
            {
                r[(k * columns) + k] = HouseholderQr.Reflector(reflections.Vector(k), out reflections.Betas[k]);
                for (int j = k + 1; j < end; j++)
                {
                    HouseholderQr.Reflect<T>(reflections.Vector(k), reflections.Betas[k], work.AsSpan((j * rows) + k, rows - k));
                }
            }

            reflections.Prepare(start);
            reflections.Apply(start, work, (end, columns), transposed: false);
            for (int k = start; k < end; k++)
            {
                for (int j = k + 1; j < columns; j++)
                {
                    r[(k * columns) + j] = work[(j * rows) + k];
                }
            }
        }

        var basis = new T[work.Length];
        reflections.FillBasis(basis);
        HouseholderQr.MakePositive<T>(size, basis, r);
        Turning.Turn<T>(basis, rows, q, columns, (columns, rows));
    }
}
