using System.Numerics;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.SparseProducts;

/// <summary>L Rᵀ at the entries of a sparse matrix: an inner product of two rows for each.</summary>
internal sealed class SampledKernel<T>(SampledMatMul product) : OperationKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        CsrLayout layout = product.Layout([operands[0].Type, operands[1].Type, operands[2].Type]);
        var tiles = new RowTiles(layout, operands[0].Type.Shape[^1]);
        pool.Run(tiles.Count, new Work(product, layout, tiles, operands[0], operands[1], operands[2], operands[3], result));
    }

    private readonly struct Work(SampledMatMul product, CsrLayout layout, RowTiles tiles, HostArray left, HostArray columns, HostArray pointers,
        HostArray right, HostArray result) : ITileWork
    {
        /// <inheritdoc/>
        public void Execute(int tile)
        {
            (int item, int firstRow, int endRow) = tiles[tile];
            (int size, int n) = (right.Type.Shape[^2], right.Type.Shape[^1]);
            CsrRows rows = layout.Of(product.Name, item, (columns, pointers), size);
            ReadOnlySpan<T> l = left.AsSpan<T>().Slice(item * layout.Rows * n, layout.Rows * n);
            ReadOnlySpan<T> r = right.AsSpan<T>().Slice(item * size * n, size * n);
            Span<T> v = result.AsSpan<T>().Slice(item * layout.Entries, layout.Entries);
            for (int row = firstRow; row < endRow; row++)
            {
                (int first, int end) = rows[row];
                ReadOnlySpan<T> source = l.Slice(row * n, n);
                for (int entry = first; entry < end; entry++)
                {
                    int column = rows.Column(entry);
                    v[entry] = n == 1 ? source[0] * r[column] : DenseRows.Dot(source, r.Slice(column * n, n));
                }
            }
        }
    }
}
