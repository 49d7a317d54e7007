using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Multiplies matrices some rows at a time: what is computed of the left factor and of the result runs on these rows while the caches hold them.</summary>
/// <param name="product">What multiplies.</param>
/// <param name="slots">The slots of A, B and C.</param>
/// <param name="programs">What computes A, and what reads C: a chunk has the rows of a piece.</param>
/// <param name="cut">How many rows there are, and in how many pieces.</param>
/// <param name="mayKeep">Whether B is an input, of which something is worth keeping from call to call.</param>
/// <param name="pool">The threads.</param>
internal sealed unsafe class FusedProductStep<T>(
    ProductPieces<T> product, (int Left, int Right, int Result) slots, (TileProgram? Before, TileProgram? After) programs, PieceCut cut, bool mayKeep, WorkerPool pool) : Step
    where T : unmanaged, INumberBase<T>
{
    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        KeptPanels? kept = mayKeep ? frame.Keep(slots.Right, slots.Result) : null;
        AlignedArray? lasting = kept?.Memory(ElementType.Of<T>(), product.Panels);
        PanelBuffer? passing = lasting is null ? PanelBuffer.Rent<T>(product.Panels) : null;
        T* panels = lasting is null ? (T*)passing!.Address : (T*)Unsafe.AsPointer(ref ((T[])lasting.Data)[lasting.Start]);
        try
        {
            if (lasting is null || !kept!.IsPacked)
            {
                pool.Run(product.Parts, new Packing(this, frame.Values, panels));
                kept?.Packed();
            }

            pool.Run(cut.Pieces, new Multiplication(this, frame.Values, panels));
        }
        finally
        {
            passing?.Return();
        }

        GC.KeepAlive(lasting);
        programs.Before?.Finish(frame.Values);
        programs.After?.Finish(frame.Values);
    }

    private void Pack(HostArray[] values, T* panels, int part)
    {
        fixed (T* right = values[slots.Right].AsSpan<T>())
        {
            product.Pack(right, panels, part);
        }
    }

    private void Multiply(HostArray[] values, T* panels, int piece)
    {
        programs.Before?.RunChunk(values, piece);
        int row = piece * cut.RowsPerPiece;
        fixed (T* left = values[slots.Left].AsSpan<T>(), result = values[slots.Result].AsSpan<T>())
        {
            product.Multiply(left, panels, result, row, Math.Min(cut.RowsPerPiece, cut.Rows - row));
        }

        programs.After?.RunChunk(values, piece);
    }

    private readonly struct Packing(FusedProductStep<T> step, HostArray[] values, T* panels) : ITileWork
    {
        public void Execute(int tile) => step.Pack(values, panels, tile);
    }

    private readonly struct Multiplication(FusedProductStep<T> step, HostArray[] values, T* panels) : ITileWork
    {
        public void Execute(int tile) => step.Multiply(values, panels, tile);
    }
}

/// <summary>How the rows of a product are cut into pieces.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="RowsPerPiece">Those of a piece; the last has fewer.</param>
internal readonly record struct PieceCut(int Rows, int RowsPerPiece)
{
    /// <summary>How many pieces there are.</summary>
    public int Pieces => (Rows + RowsPerPiece - 1) / RowsPerPiece;
}
