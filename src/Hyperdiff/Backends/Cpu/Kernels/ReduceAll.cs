using System.Numerics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Folds all elements of the domain into one.</summary>
/// <param name="partials">The slot that holds one number per chunk.</param>
/// <param name="result">The slot of the result.</param>
internal class ReduceAll<T, TFold>(int partials, int result) : TileReduction
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFold : struct, IFold
{
    /// <inheritdoc/>
    public override int StateLength => ScalarCounter<T, TFold>.Levels;

    /// <inheritdoc/>
    public override DType DType => ElementType.Of<T>();

    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction) =>
        ScalarCounter<T, TFold>.Take(tile.Scratch<T>(StateStart, StateLength), tile.Ordinal, Fold(tile, instruction));

    /// <inheritdoc/>
    public override void FinishChunk(in Tile tile, int chunk) =>
        tile.Stored<T>(partials)[chunk] = ScalarCounter<T, TFold>.Finish(tile.Scratch<T>(StateStart, StateLength), tile.Ordinal + 1);

    /// <summary>Folds the chunks in the order in which their tiles would have been folded without them, which is that of a row among others.</summary>
    public override void Finish(ReadOnlySpan<HostArray> values)
    {
        Span<T> chunks = values[partials].AsSpan<T>(), levels = stackalloc T[ScalarCounter<T, TFold>.Levels];
        for (int chunk = 0; chunk < chunks.Length; chunk++)
        {
            ScalarCounter<T, TFold>.Take(levels, chunk, chunks[chunk]);
        }

        values[result].AsSpan<T>()[0] = ScalarCounter<T, TFold>.Finish(levels, chunks.Length);
    }

    /// <summary>The fold of a tile.</summary>
    protected virtual T Fold(in Tile tile, TileInstruction instruction) => TFold.Of(tile.Read<T>(instruction.Sources[0]));
}
