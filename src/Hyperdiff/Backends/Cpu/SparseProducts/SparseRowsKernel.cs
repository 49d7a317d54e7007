using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.SparseProducts;

/// <summary>Y = A X, row by row: a row of Y is the sum of the rows of X that A names, in the order of the entries.</summary>
internal sealed class SparseRowsKernel<T>(SparseMatMul product) : OperationKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        CsrLayout layout = product.Layout([operands[0].Type, operands[1].Type, operands[2].Type]);
        var tiles = new RowTiles(layout, result.Type.Shape[^1]);
        pool.Run(tiles.Count, new Work(product, layout, tiles, operands[0], operands[1], operands[2], operands[3], result));
    }

    private readonly struct Work(SparseMatMul product, CsrLayout layout, RowTiles tiles, HostArray values, HostArray columns, HostArray pointers,
        HostArray dense, HostArray result) : ITileWork
    {
        /// <inheritdoc/>
        public void Execute(int tile)
        {
            (int item, int firstRow, int endRow) = tiles[tile];
            CsrRows rows = layout.Of(product.Name, item, (columns, pointers), product.Columns);
            int n = result.Type.Shape[^1];
            ReadOnlySpan<T> v = values.AsSpan<T>().Slice(item * layout.Entries, layout.Entries);
            ReadOnlySpan<T> x = dense.AsSpan<T>().Slice(item * product.Columns * n, product.Columns * n);
            Span<T> y = result.AsSpan<T>().Slice(item * layout.Rows * n, layout.Rows * n);
            for (int row = firstRow; row < endRow; row++)
            {
                (int first, int end) = rows[row];
                if (n == 1)
                {
                    y[row] = Dot(rows, (first, end), v, x);
                    continue;
                }

                Span<T> target = y.Slice(row * n, n);
                target.Clear();
                for (int entry = first; entry < end; entry++)
                {
                    DenseRows.AddScaled(x.Slice(rows.Column(entry) * n, n), v[entry], target);
                }
            }
        }

        // entries are short: what is looked at for each of them counts
        private static T Dot(in CsrRows rows, (int First, int End) entries, ReadOnlySpan<T> v, ReadOnlySpan<T> x)
        {
            ReadOnlySpan<int> places = rows.Unchecked(entries);
            ref T factor = ref MemoryMarshal.GetReference(v[entries.First..entries.End]);
            T sum = T.Zero;
            for (int i = 0; i < places.Length; i++)
            {
                int column = places[i];
                if ((uint)column >= (uint)x.Length)
                {
                    rows.Outside(column);
                }

                sum += Unsafe.Add(ref factor, i) * x[column];
            }

            return sum;
        }
    }
}
