using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Chooses the kernel for a product, from its shape alone, and shares the items of a batch.</summary>
internal static unsafe class ManagedKernels<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // Some ten to twenty microseconds on one thread. Within a plan the others are awake and take a third of it off; waking them costs a fifth of it.
    private const long LeastSharedWork = 1 << 18;

    // Matrix-vector products wait for memory and reach the same time with less work.
    private const long LeastSharedVectorWork = 1 << 16;

    // Up to here both operands stay in L2 without packing.
    private const long MostDirectWork = 96 * 96 * 96;

    // above what other kernels than that of blocks are for
    private const int LeastRowsOfPieces = 64;
    private const int LeastInnerOfPieces = 16;

    /// <summary>Computes every item of the batch.</summary>
    /// <param name="shape">Sizes and layout.</param>
    /// <param name="left">A.</param>
    /// <param name="right">B.</param>
    /// <param name="result">C.</param>
    /// <param name="pool">The threads.</param>
    /// <param name="kept">What is kept of the right factor, if there is one for all.</param>
    public static void Multiply(in ProductShape shape, T* left, T* right, T* result, WorkerPool pool, KeptPanels? kept)
    {
        long itemWork = shape.ItemWork;
        Items items = new(shape, left, right, result);
        if (shape.BatchCount > 1 && itemWork < LeastSharedWork && itemWork * shape.BatchCount >= LeastSharedWork)
        {
            pool.Run(items.Count, items);
        }
        else
        {
            items.Multiply(0, shape.BatchCount, pool, shape.BatchCount == 1 ? kept : null);
        }
    }

    /// <summary>The same product some rows at a time, where it is computed by blocks and has rows for many pieces.</summary>
    public static ProductPieces<T>? Pieces(in ProductShape shape) =>
        shape.Rows >= LeastRowsOfPieces && shape.Inner >= LeastInnerOfPieces && shape.ItemWork > MostDirectWork
        && shape.Columns > TileDispatch<T, TVector, TLanes>.Width && BlockedPieces<T, TVector, TLanes>.Fits(shape)
            ? new BlockedPieces<T, TVector, TLanes>(shape) : null;

    private static void Multiply(in ProductProblem<T> problem, WorkerPool pool, KeptPanels? kept)
    {
        if (NarrowProduct<T>.Fits(problem))
        {
            NarrowProduct<T>.Multiply(problem, problem.Work < LeastSharedVectorWork ? WorkerPool.Inline : pool);
        }
        else if (problem.Rows == 1 || problem.Columns == 1)
        {
            MatrixVectorProduct<T, TVector, TLanes>.Multiply(new VectorProblem<T>(problem), problem.Work < LeastSharedVectorWork ? WorkerPool.Inline : pool);
        }
        else if (OuterProduct<T>.Fits(problem))
        {
            OuterProduct<T> rows = new(problem);
            (problem.Work < LeastSharedVectorWork ? WorkerPool.Inline : pool).Run(rows.Count, rows);
        }
        else if (FewRowsProduct<T, TVector, TLanes>.Fits(problem))
        {
            FewRowsProduct<T, TVector, TLanes> lines = new(problem);
            (problem.Work < LeastSharedVectorWork ? WorkerPool.Inline : pool).Run(lines.Count, lines);
        }
        else if (problem.Work <= MostDirectWork || problem.Columns <= TileDispatch<T, TVector, TLanes>.Width)
        {
            DirectProduct<T, TVector, TLanes>.Multiply(problem, problem.Work < LeastSharedWork ? WorkerPool.Inline : pool);
        }
        else if (FewRowsCombination<T, TVector, TLanes>.Fits(problem))
        {
            FewRowsCombination<T, TVector, TLanes> strips = new(problem);
            pool.Run(strips.Count, strips);
        }
        else
        {
            BlockedProduct<T, TVector, TLanes>.Multiply(problem, problem.Work < LeastSharedWork ? WorkerPool.Inline : pool, kept);
        }
    }

    /// <summary>The products of a batch; where each is too small to share, threads share the items.</summary>
    private readonly struct Items(ProductShape shape, T* left, T* right, T* result) : ITileWork
    {
        private readonly EvenSplit _groups = EvenSplit.ByLimit(shape.BatchCount, (int)Math.Max(1, LeastSharedWork / 4 / shape.ItemWork));

        public int Count => _groups.Parts;

        public void Execute(int tile) => Multiply(_groups.Start(tile), _groups.Size(tile), WorkerPool.Inline, kept: null);

        public void Multiply(int first, int count, WorkerPool pool, KeptPanels? kept)
        {
            ProductProblem<T> problem = new(shape, left, right, result, first);
            if (TinyProduct<T>.Fits(problem, TLanes.Count))
            {
                TinyProduct<T>.Multiply(problem, shape, count);
                return;
            }

            for (int item = first; item < first + count; item++)
            {
                ManagedKernels<T, TVector, TLanes>.Multiply(new ProductProblem<T>(shape, left, right, result, item), pool, kept);
            }
        }
    }
}
