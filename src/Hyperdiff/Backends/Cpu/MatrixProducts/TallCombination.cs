using System.Numerics;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>y = Mᵀ·x for a tall matrix, whose columns are too few to share: threads share chunks of rows, and the chunks' results are added pairwise.</summary>
/// <remarks>x must be contiguous. The cut follows from the sizes alone, so the bits are the same for every number of threads.</remarks>
internal readonly unsafe struct TallCombination<T, TVector, TLanes>(VectorProblem<T> problem, EvenSplit chunks, T* parts) : ITileWork
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // 512 KiB of doubles: some fifty microseconds of memory traffic, and few enough chunks for their results to be small beside the matrix
    private const int LeastElementsPerChunk = 1 << 16;
    private const int MostChunks = 64;

    /// <summary>How the rows of a matrix are cut; into one part if they are not worth sharing.</summary>
    public static EvenSplit Cut(in VectorProblem<T> problem)
    {
        long chunks = Math.Clamp((long)problem.Rows * problem.Columns / LeastElementsPerChunk, 1, MostChunks);

        // a power of two, which any usual number of threads shares evenly
        return new EvenSplit(problem.Rows, 1 << BitOperations.Log2((ulong)chunks));
    }

    /// <summary>Computes the product.</summary>
    public static void Multiply(in VectorProblem<T> problem, EvenSplit chunks, WorkerPool pool)
    {
        PanelBuffer buffer = PanelBuffer.Rent<T>((long)chunks.Parts * problem.Columns);
        T* parts = (T*)buffer.Address;
        pool.Run(chunks.Parts, new TallCombination<T, TVector, TLanes>(problem, chunks, parts));
        RowFold<T, SumFold>.Of(new Span<T>(parts, chunks.Parts * problem.Columns), problem.Columns, chunks.Parts);
        for (int j = 0; j < problem.Columns; j++)
        {
            T* y = problem.Result + (j * problem.ResultStep);
            *y = problem.Accumulate ? *y + parts[j] : parts[j];
        }

        buffer.Return();
    }

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        int first = chunks.Start(tile);
        T* part = parts + ((nint)tile * problem.Columns);
        new Span<T>(part, problem.Columns).Clear();
        RowKernels<T, TVector, TLanes>.Combine(problem.Matrix + (first * problem.Stride), problem.Stride, chunks.Size(tile), problem.Columns,
            problem.Vector + first, part);
    }
}
