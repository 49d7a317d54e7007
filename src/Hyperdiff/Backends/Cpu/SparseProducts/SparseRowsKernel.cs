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
            if (n == 1 && firstRow < endRow)
            {
                ReadOnlySpan<int> pointers = rows.Pointers(firstRow, endRow), named = rows.Within(firstRow, endRow);
                if (!Dots(pointers, named, v.Slice(pointers[0], named.Length), x, y[firstRow..endRow]))
                {
                    rows.Require();
                }

                return;
            }

            for (int row = firstRow; row < endRow; row++)
            {
                (int first, int end) = rows[row];
                Span<T> target = y.Slice(row * n, n);
                target.Clear();
                for (int entry = first; entry < end; entry++)
                {
                    DenseRows.AddScaled(x.Slice(rows.Column(entry) * n, n), v[entry], target);
                }
            }
        }

        // Rows are short: what is looked at for each of their entries counts. All columns were looked at beforehand; false if a row descends.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static bool Dots(ReadOnlySpan<int> pointers, ReadOnlySpan<int> columns, ReadOnlySpan<T> v, ReadOnlySpan<T> x, Span<T> y)
        {
            ref int column = ref MemoryMarshal.GetReference(columns);
            ref T factor = ref MemoryMarshal.GetReference(v), vector = ref MemoryMarshal.GetReference(x);
            int start = pointers[0];
            nint entries = columns.Length, entry = 0;
            for (int row = 0; row < y.Length; row++)
            {
                nint end = pointers[row + 1] - start;
                if (end < entry || end > entries)
                {
                    return false;
                }

                T sum = T.Zero;
                for (; entry + 2 <= end; entry += 2)
                {
                    T one = Unsafe.Add(ref factor, entry) * Unsafe.Add(ref vector, (nuint)(uint)Unsafe.Add(ref column, entry));
                    T next = Unsafe.Add(ref factor, entry + 1) * Unsafe.Add(ref vector, (nuint)(uint)Unsafe.Add(ref column, entry + 1));
                    sum = sum + one + next;
                }

                if (entry < end)
                {
                    sum += Unsafe.Add(ref factor, entry) * Unsafe.Add(ref vector, (nuint)(uint)Unsafe.Add(ref column, entry));
                    entry++;
                }

                y[row] = sum;
            }

            return true;
        }
    }
}
