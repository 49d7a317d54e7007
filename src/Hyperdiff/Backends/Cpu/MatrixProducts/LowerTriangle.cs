using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Copies what is above the diagonal of a symmetric matrix to below it, in bands of rows.</summary>
/// <param name="matrix">The matrix, row-major.</param>
/// <param name="size">How many rows and columns it has.</param>
/// <param name="stride">Elements from one row to the next.</param>
internal readonly unsafe struct LowerTriangle<T>(T* matrix, int size, nint stride) : ITileWork
    where T : unmanaged
{
    private const int RowsPerBand = 64;

    // up to here another thread would be awake when all is done
    private const int MostInline = 4 * RowsPerBand;

    // as many rows as L1 has room for at one place of every page: rows may lie powers of two apart
    private const int Square = 8;

    /// <summary>Does the copying.</summary>
    /// <param name="pool">Threads that share it.</param>
    public void Fill(WorkerPool pool) => (size <= MostInline ? WorkerPool.Inline : pool).Run((size + RowsPerBand - 1) / RowsPerBand, this);

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        int end = Math.Min(size, (tile + 1) * RowsPerBand);
        for (int top = tile * RowsPerBand; top < end; top += Square)
        {
            int bottom = Math.Min(top + Square, end);
            for (int left = 0; left < bottom; left += Square)
            {
                for (int row = top; row < bottom; row++)
                {
                    T* to = matrix + (row * stride), from = matrix + (left * stride) + row;
                    for (int column = left; column < Math.Min(left + Square, row); column++)
                    {
                        to[column] = *from;
                        from += stride;
                    }
                }
            }
        }
    }
}
