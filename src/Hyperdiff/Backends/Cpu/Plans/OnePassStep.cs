using System.Numerics;
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
/// <param name="normal">A product X·v that the only product Xᵀ·u follows with factors in between, so that rows are read once for both; null if there is
/// none.</param>
/// <param name="product">Multiplies a block, on one thread.</param>
/// <param name="vectors">Multiplies a block by vectors; null if w and u are matrices.</param>
/// <param name="pool">The threads that share chunks.</param>
internal sealed class OnePassStep<T>(
    TileProgram program,
    int matrix,
    int columns,
    OnePassForwardProduct[] forwards,
    OnePassBackwardProduct[] backwards,
    OnePassNormalProduct? normal,
    MatrixProduct product,
    RowProducts<T>? vectors,
    WorkerPool pool) : Step
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether there is a product whose rows are read once, for it and for the transposed one.</summary>
    public bool ReadsRowsOnce => normal is not null;

    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        int chunks = program.Grid.Chunks;
        pool.Run(chunks, new Chunks(this, frame.Values));
        program.Finish(frame.Values);
        foreach (OnePassBackwardProduct backward in backwards)
        {
            backward.Sum.Add<T>(frame, chunks);
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
            ReadOnlySpan<T> block = x.Slice(tile.Row * columns, Rows(tile) * columns);
            foreach (ref readonly OnePassForwardProduct forward in forwards.AsSpan())
            {
                Multiply(forward, tile, block);
            }

            program.RunTile(tile);
            foreach (ref readonly OnePassBackwardProduct backward in backwards.AsSpan())
            {
                AddTransposed(backward, tile, block, backward.Sum.Part<T>(values, chunk));
            }
        }

        program.FinishChunk(values, registers, chunk, count);
    }

    private void Multiply(in OnePassForwardProduct forward, in Tile tile, ReadOnlySpan<T> block)
    {
        ReadOnlySpan<T> factor = tile.Stored<T>(forward.Factor);
        Span<T> target = tile.Write<T>(forward.Target);
        if (vectors is not null)
        {
            vectors.Multiply(block, factor, target);
        }
        else
        {
            product.Multiply(forward.Shape with { Rows = Rows(tile) }, block, factor, target);
        }
    }

    private void AddTransposed(in OnePassBackwardProduct backward, in Tile tile, ReadOnlySpan<T> block, Span<T> part)
    {
        bool isFirst = tile.Ordinal == 0;
        if (vectors is null)
        {
            ReadOnlySpan<T> factor = tile.Write<T>(backward.Factor);
            ProductShape shape = backward.Shape with { Inner = Rows(tile), Accumulate = !isFirst };
            product.Multiply(shape, backward.FactorIsLeft ? factor : block, backward.FactorIsLeft ? block : factor, part);
            return;
        }

        if (isFirst)
        {
            part.Clear();
        }

        if (normal is not null)
        {
            AddNormal(normal, tile, block, part);
            return;
        }

        vectors.AddTransposed(block, tile.Write<T>(backward.Factor), part);
    }

    private void AddNormal(OnePassNormalProduct product, in Tile tile, ReadOnlySpan<T> block, Span<T> part)
    {
        T one = T.One;
        ReadOnlySpan<T> weights = product.Sources.Weights is { } source ? tile.Read<T>(source) : new ReadOnlySpan<T>(in one);
        var factors = new NormalFactors<T>(tile.ReadScalar<T>(product.Sources.Before), weights, tile.ReadScalar<T>(product.Sources.After));
        vectors!.AddNormal(block, tile.Stored<T>(product.Vector), factors, part);
    }

    private int Rows(in Tile tile) => tile.Length / program.Grid.Columns;

    private readonly struct Chunks(OnePassStep<T> step, HostArray[] values) : ITileWork
    {
        public void Execute(int tile) => step.RunChunk(values, tile);
    }
}
