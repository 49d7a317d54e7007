using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary><c>Xᵀ·(f ∘ (X·w))</c> for short rows: each is read once, for both products.</summary>
/// <remarks>Threads share chunks of rows, each of which adds up its own part of the result, as in <see cref="OnePassStep{T}"/>, and with the same
/// bits.</remarks>
/// <param name="grid">The rows, and how they are cut.</param>
/// <param name="matrix">The slot of X.</param>
/// <param name="factor">The slot of w.</param>
/// <param name="sources">The factors f.</param>
/// <param name="result">Where the chunks' parts and their sum are.</param>
/// <param name="pool">The threads that share chunks.</param>
internal sealed class NormalProductStep<T>(TileGrid grid, int matrix, int factor, NormalSources sources, ChunkedSum result, WorkerPool pool) : Step
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        pool.Run(grid.Chunks, new Chunks(this, frame.Values));
        result.Add<T>(frame, grid.Chunks);
    }

    private void RunChunk(HostArray[] values, int chunk)
    {
        ReadOnlySpan<T> x = values[factor].AsSpan<T>();
        int first = chunk * grid.RowsPerChunk, rows = Math.Min(grid.RowsPerChunk, grid.Rows - first);
        T one = T.One;
        ReadOnlySpan<T> weights = sources.Weights is { } source ? values[source.Index].AsSpan<T>().Slice(first, rows) : new ReadOnlySpan<T>(in one);
        Span<T> part = result.Part<T>(values, chunk);
        part.Clear();
        RowProducts<T>.Widest.AddNormal(
            values[matrix].AsSpan<T>().Slice(first * x.Length, rows * x.Length), x,
            new NormalFactors<T>(NormalSources.Number<T>(values, sources.Before), weights, NormalSources.Number<T>(values, sources.After)), part);
    }

    private readonly struct Chunks(NormalProductStep<T> step, HostArray[] values) : ITileWork
    {
        public void Execute(int tile) => step.RunChunk(values, tile);
    }
}
