using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Multiplies matrices some rows at a time: what computes the left factor and what goes on with the result runs on these rows while the caches hold
/// them.</summary>
/// <param name="product">What multiplies.</param>
/// <param name="slots">The matrices.</param>
/// <param name="pieces">The pieces, and what runs on each.</param>
/// <param name="pool">The threads.</param>
internal sealed unsafe class FusedProductStep<T>(ProductPieces<T> product, ProductSlots slots, FusedPieces pieces, WorkerPool pool) : Step
    where T : unmanaged, INumberBase<T>
{
    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        KeptPanels? kept = slots.MayKeepRight ? frame.Keep(slots.Right, slots.Result) : null;
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

            pool.Run(pieces.Cut.Pieces, new Multiplication(this, frame.Values, panels));
        }
        finally
        {
            passing?.Return();
        }

        GC.KeepAlive(lasting);
        pieces.Before?.Finish(frame.Values);
        pieces.After?.Finish(frame.Values);
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
        pieces.Before?.RunChunk(values, piece);
        int row = piece * pieces.Cut.RowsPerPiece;
        fixed (T* left = values[slots.Left].AsSpan<T>(), result = values[slots.Result].AsSpan<T>())
        {
            product.Multiply(left, panels, result, row, Math.Min(pieces.Cut.RowsPerPiece, pieces.Cut.Rows - row));
        }

        pieces.After?.RunChunk(values, piece);
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

/// <summary>The slots of the matrices of a product.</summary>
/// <param name="Left">A.</param>
/// <param name="Right">B.</param>
/// <param name="Result">C.</param>
/// <param name="MayKeepRight">Whether B is an input, of which something is worth keeping from call to call.</param>
internal readonly record struct ProductSlots(int Left, int Right, int Result, bool MayKeepRight);

/// <summary>What runs on each piece of a product, beside the product itself: a chunk of a program has the rows of a piece.</summary>
/// <param name="Cut">The pieces.</param>
/// <param name="Before">What computes A; null where it is there before.</param>
/// <param name="After">What reads C; null likewise.</param>
internal readonly record struct FusedPieces(PieceCut Cut, TileProgram? Before, TileProgram? After);

/// <summary>How the rows of a product are cut into pieces.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="RowsPerPiece">Those of a piece; the last has fewer.</param>
internal readonly record struct PieceCut(int Rows, int RowsPerPiece)
{
    /// <summary>How many pieces there are.</summary>
    public int Pieces => (Rows + RowsPerPiece - 1) / RowsPerPiece;
}
