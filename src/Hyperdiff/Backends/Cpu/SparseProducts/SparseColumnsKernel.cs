using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.SparseProducts;

/// <summary>Y = Aᵀ X: each row of X is added to the rows of Y that A names, in the order of the entries. An item is computed on one thread, so that the order
/// is one.</summary>
internal sealed class SparseColumnsKernel<T>(SparseMatMul product) : OperationKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        CsrLayout layout = product.Layout([operands[0].Type, operands[1].Type, operands[2].Type]);
        pool.Run(layout.Items, new Work(product, layout, operands[0], operands[1], operands[2], operands[3], result));
    }

    private readonly struct Work(SparseMatMul product, CsrLayout layout, HostArray values, HostArray columns, HostArray pointers, HostArray dense,
        HostArray result) : ITileWork
    {
        /// <inheritdoc/>
        public void Execute(int tile)
        {
            CsrRows rows = layout.Of(product.Name, tile, (columns, pointers), product.Columns);
            int n = result.Type.Shape[^1];
            ReadOnlySpan<T> v = values.AsSpan<T>().Slice(tile * layout.Entries, layout.Entries);
            ReadOnlySpan<T> x = dense.AsSpan<T>().Slice(tile * layout.Rows * n, layout.Rows * n);
            Span<T> y = result.AsSpan<T>().Slice(tile * product.Columns * n, product.Columns * n);
            y.Clear();
            for (int row = 0; row < layout.Rows; row++)
            {
                (int first, int end) = rows[row];
                if (n == 1)
                {
                    Scatter(rows, (first, end), v, x[row], y);
                    continue;
                }

                ReadOnlySpan<T> source = x.Slice(row * n, n);
                for (int entry = first; entry < end; entry++)
                {
                    DenseRows.AddScaled(source, v[entry], y.Slice(rows.Column(entry) * n, n));
                }
            }
        }

        private static void Scatter(in CsrRows rows, (int First, int End) entries, ReadOnlySpan<T> v, T source, Span<T> y)
        {
            ReadOnlySpan<int> places = rows.Unchecked(entries);
            ref T factor = ref MemoryMarshal.GetReference(v[entries.First..entries.End]);
            for (int i = 0; i < places.Length; i++)
            {
                int column = places[i];
                if ((uint)column >= (uint)y.Length)
                {
                    rows.Outside(column);
                }

                y[column] += Unsafe.Add(ref factor, i) * source;
            }
        }
    }
}
