using System.Numerics;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary><c>Xᵀ·φ(X·w)</c> by blocks of rows, each read from memory once: product, elementwise work and transposed product follow each other in
/// cache.</summary>
/// <remarks>
/// Threads share chunks of blocks. Every chunk adds up its own part of the result; the parts are added pairwise at the end. The cut follows from the shape
/// alone, and within a block products run on one thread, so the bits are the same for every number of threads.
/// </remarks>
/// <param name="program">The elementwise work, whose tiles are the blocks.</param>
/// <param name="matrix">The slot of X.</param>
/// <param name="columns">Its columns.</param>
/// <param name="forwards">The products X·w.</param>
/// <param name="backwards">The products Xᵀ·u.</param>
/// <param name="product">Multiplies a block, on one thread.</param>
/// <param name="vectors">Multiplies a block by vectors; null if w and u are matrices.</param>
/// <param name="pool">The threads that share chunks.</param>
internal sealed class OnePassStep<T>(
    TileProgram program,
    int matrix,
    int columns,
    OnePassForwardProduct[] forwards,
    OnePassBackwardProduct[] backwards,
    MatrixProduct product,
    RowProducts<T>? vectors,
    WorkerPool pool) : Step
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        int chunks = program.Grid.Chunks;
        pool.Run(chunks, new Chunks(this, frame.Values));
        program.Finish(frame.Values);
        foreach (OnePassBackwardProduct backward in backwards)
        {
            Span<T> parts = frame.Values[backward.Partials].AsSpan<T>(), result = frame.Values[backward.Result].AsSpan<T>();
            RowFold<T, SumFold>.Of(parts, result.Length, chunks);
            parts[..result.Length].CopyTo(result);
        }
    }

    private void RunChunk(HostArray[] values, int chunk)
    {
        TileGrid grid = program.Grid;
        TileRegisters registers = program.Registers();
        ReadOnlySpan<T> x = values[matrix].AsSpan<T>();
        program.Begin(values, registers);
        int first = chunk * grid.TilesPerChunk, count = Math.Min(grid.TilesPerChunk, grid.Tiles - first);
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            var tile = new Tile(values, registers, grid.RegisterStride, grid.Place(first + ordinal), ordinal);
            int rows = tile.Length / grid.Columns;
            ReadOnlySpan<T> block = x.Slice(tile.Row * columns, rows * columns);
            foreach (ref readonly OnePassForwardProduct forward in forwards.AsSpan())
            {
                ReadOnlySpan<T> factor = values[forward.Factor].AsSpan<T>();
                Span<T> target = tile.Write<T>(forward.Target);
                if (vectors is not null)
                {
                    vectors.Multiply(block, factor, target);
                }
                else
                {
                    product.Multiply(forward.Shape with { Rows = rows }, block, factor, target);
                }
            }

            program.RunTile(tile);
            foreach (ref readonly OnePassBackwardProduct backward in backwards.AsSpan())
            {
                int size = values[backward.Result].Count;
                Span<T> part = values[backward.Partials].AsSpan<T>().Slice(chunk * size, size);
                ReadOnlySpan<T> factor = tile.Write<T>(backward.Factor);
                if (vectors is null)
                {
                    product.Multiply(
                        backward.Shape with { Inner = rows, Accumulate = ordinal > 0 }, backward.FactorIsLeft ? factor : block,
                        backward.FactorIsLeft ? block : factor, part);
                    continue;
                }

                if (ordinal == 0)
                {
                    part.Clear();
                }

                vectors.AddTransposed(block, factor, part);
            }
        }

        program.FinishChunk(values, registers, chunk, count);
    }

    private readonly struct Chunks(OnePassStep<T> step, HostArray[] values) : ITileWork
    {
        public void Execute(int tile) => step.RunChunk(values, tile);
    }
}
