using System.Numerics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Folds all elements of the domain into one.</summary>
/// <param name="partials">The slot that holds one number per chunk.</param>
/// <param name="result">The slot of the result.</param>
internal sealed class ReduceAll<T, TFold>(int partials, int result) : TileReduction
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFold : struct, IFold
{
    /// <inheritdoc/>
    public override int StateLength => ScalarCounter<T, TFold>.Levels;

    /// <inheritdoc/>
    public override DType DType => ElementType.Of<T>();

    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction) =>
        ScalarCounter<T, TFold>.Take(tile.Scratch<T>(StateStart, StateLength), tile.Ordinal, TFold.Of(tile.Read<T>(instruction.Sources[0])));

    /// <inheritdoc/>
    public override void FinishChunk(in Tile tile, int chunk) =>
        tile.Stored<T>(partials)[chunk] = ScalarCounter<T, TFold>.Finish(tile.Scratch<T>(StateStart, StateLength), tile.Ordinal + 1);

    /// <inheritdoc/>
    public override void Finish(ReadOnlySpan<HostArray> values) => values[result].AsSpan<T>()[0] = TFold.Of<T>(values[partials].AsSpan<T>());
}
