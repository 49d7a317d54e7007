using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Copies what is above the diagonal of a symmetric matrix to below it, in bands of rows.</summary>
/// <param name="matrix">The matrix, row-major.</param>
/// <param name="size">How many rows and columns it has.</param>
/// <param name="stride">Elements from one row to the next.</param>
internal readonly unsafe struct LowerTriangle<T>(T* matrix, int size, int stride) : ITileWork
    where T : unmanaged
{
    private const int RowsPerBand = 64;

    // up to here another thread would be awake when all is done
    private const int MostInline = 4 * RowsPerBand;

    // as many rows as L1 has room for at one place of every page: rows may lie powers of two apart
    private const int Square = TurnedSquare.Side;

    /// <summary>Does the copying.</summary>
    /// <param name="pool">Threads that share it.</param>
    public void Fill(WorkerPool pool) => (size <= MostInline ? WorkerPool.Inline : pool).Run((size + RowsPerBand - 1) / RowsPerBand, this);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Execute(int tile)
    {
        int end = Math.Min(size, (tile + 1) * RowsPerBand);
        for (int top = tile * RowsPerBand; top < end; top += Square)
        {
            // those left of the diagonal in registers, if the band has as many rows
            int bottom = Math.Min(top + Square, end), turned = TurnedSquare.Turns<T>() && bottom == top + Square ? top : 0;
            for (int left = 0; left < turned; left += Square)
            {
                TurnedSquare.Turn(ref matrix[((nint)left * stride) + top], stride, ref matrix[((nint)top * stride) + left], stride);
            }

            for (int row = top; row < bottom; row++)
            {
                T* to = matrix + ((nint)row * stride), from = matrix + ((nint)turned * stride) + row;
                for (int column = turned; column < row; column++)
                {
                    to[column] = *from;
                    from += stride;
                }
            }
        }
    }
}
