using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Large products: both operands are cut into blocks that fit the caches and packed, then multiplied tile by tile.</summary>
/// <remarks>
/// <para>Loops from outside in, with what each keeps in cache (sizes for double; half for float):</para>
/// <code>
/// columns by MaxColumns × inner by MaxInner     packed B: 256 × 2048, 4 MiB, shared by all threads (L3)
///   rows by MaxRows                             packed A: 1536 × 256, 3 MiB, shared by all threads (L3)
///     tiles of about 96 rows × 128 columns      taken by threads; the rows' part of A, 192 KiB, stays in L2
///       panels of B, then panels of A           RegisterTile; the panel of B, 32 KiB, stays in L1
/// </code>
/// <para>
/// The threads first pack together, then multiply together. The inner dimension is never shared: blocks of it are added in order, so an element's bits
/// depend on the inner size alone. The scheme is that of Goto and van de Geijn (2008), Anatomy of High-Performance Matrix Multiplication, ACM TOMS 34(3),
/// doi:10.1145/1356052.1356053. Differs from it in: 1. A is packed for many tiles at once, so that tiles can be cut in both directions and many threads
/// find work; 2. panels of A have even heights instead of one height and a padded rest; 3. what few panels of B read of A is read where it lies, turned or not.
/// </para>
/// <para>
/// Of <c>M·Mᵀ</c> only panels that reach the diagonal or lie above it are computed, and copied below it: to the same bits, since a product of two numbers does
/// not depend on their order, nor the order of the sums on the place of the element.
/// </para>
/// </remarks>
internal static unsafe class BlockedProduct<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    private const int MaxRows = 1536;
    internal const int MaxColumns = 2048;
    internal const int MaxInner = 256;
    private const int RowsPerTile = 96;
    private const int ColumnsPerTile = 128;

    // Where B has few columns, threads share its rows while it is packed; runs in memory are as long as without.
    private const int InnerPerPacking = 64;

    // an odd tile more or less no longer counts
    private const int MostToBalance = 16;

    // Up to here packing A takes a tenth of the time and more; beyond, A is read often enough to be worth the copy.
    internal const int MostColumnsInPlace = 128;

    /// <summary>The most elements that the panels of a right factor have, padded; of one that is cut into blocks, all of them together.</summary>
    private static long PanelsOf(int inner, int columns)
    {
        EvenSplit innerBlocks = EvenSplit.ByLimit(inner, MaxInner);
        long widths = columns + ((columns + MaxColumns - 1L) / MaxColumns * TileDispatch<T, TVector, TLanes>.Width);
        return widths * innerBlocks.Parts * PanelPacking<T, TVector, TLanes>.PaddedInner(Math.Min(inner, MaxInner));
    }

    /// <summary>Computes the product.</summary>
    /// <param name="problem">The product.</param>
    /// <param name="pool">The threads.</param>
    /// <param name="kept">The panels of B from the call before, and for the next; null if the next call brings another B.</param>
    public static void Multiply(in ProductProblem<T> problem, WorkerPool pool, KeptPanels? kept = null)
    {
        EvenSplit innerBlocks = EvenSplit.ByLimit(problem.Inner, MaxInner);
        EvenSplit rowBlocks = EvenSplit.ByLimit(problem.Rows, MaxRows);
        int tallest = Math.Min(problem.Rows, MaxRows), widest = Math.Min(problem.Columns, MaxColumns),
            longest = PanelPacking<T, TVector, TLanes>.PaddedInner(Math.Min(problem.Inner, MaxInner));
        bool packsLeft = problem.Columns > MostColumnsInPlace;
        int ofBlock = (widest + TileDispatch<T, TVector, TLanes>.Width) * longest;
        AlignedArray? lasting = kept?.Memory(ElementType.Of<T>(), (int)PanelsOf(problem.Inner, problem.Columns));
        bool packsRight = lasting is null || !kept!.IsPacked;
        PanelBuffer left = PanelBuffer.Rent<T>(packsLeft ? (long)tallest * longest : 0);
        PanelBuffer right = PanelBuffer.Rent<T>(lasting is null ? ofBlock : 0);
        T* panels = lasting is null ? (T*)right.Address : (T*)Unsafe.AsPointer(ref ((T[])lasting.Data)[lasting.Start]);
        try
        {
            for (int column = 0; column < problem.Columns; column += MaxColumns)
            {
                for (int p = 0; p < innerBlocks.Parts; p++)
                {
                    for (int r = 0; r < rowBlocks.Parts && !(problem.IsGram && rowBlocks.Start(r) >= column + MaxColumns); r++)
                    {
                        Block block = new(problem, rowBlocks.Start(r), rowBlocks.Size(r), column, innerBlocks.Start(p), innerBlocks.Size(p))
                        {
                            PackedLeft = packsLeft ? (T*)left.Address : null,
                            PackedRight = panels,
                        };
                        var packing = new Packing(block, r == 0 && packsRight ? block.RightPackings : 0);
                        pool.Run(packing.Count, packing);
                        pool.Run(block.LeftGroups * block.RightGroups, new Multiplication(block));
                    }

                    panels += lasting is null ? 0 : (Math.Min(MaxColumns, problem.Columns - column) + TileDispatch<T, TVector, TLanes>.Width) * longest;
                }
            }

            kept?.Packed();
            if (problem.IsGram)
            {
                new LowerTriangle<T>(problem.Result, problem.Rows, (int)problem.ResultStride).Fill(pool);
            }
        }
        finally
        {
            right.Return();
            left.Return();
        }

        GC.KeepAlive(lasting);
    }

    /// <summary>The part of the problem between two packings, and how it is cut.</summary>
    internal readonly struct Block
    {
        public readonly ProductProblem<T> Problem;
        private readonly int _row;
        private readonly int _column;
        private readonly int _columns;
        private readonly int _start;
        private readonly int _inner;
        private readonly int _paddedInner;
        private readonly EvenSplit _leftPanels;
        private readonly EvenSplit _leftGroups;
        private readonly EvenSplit _innerPackings;

        public Block(in ProductProblem<T> problem, int row, int rows, int column, int start, int inner)
        {
            Problem = problem;
            _row = row;
            _column = column;
            _columns = Math.Min(MaxColumns, problem.Columns - column);
            _start = start;
            _inner = inner;
            _paddedInner = PanelPacking<T, TVector, TLanes>.PaddedInner(inner);
            _leftPanels = EvenSplit.ByLimit(rows, TLanes.TileRows);
            _leftGroups = Balanced(EvenSplit.ByLimit(_leftPanels.Parts, RowsPerTile / TLanes.TileRows));
            _innerPackings = EvenSplit.ByLimit(_paddedInner / PackedPanels.StepsAtOnce, InnerPerPacking / PackedPanels.StepsAtOnce);
        }

        /// <summary>Room for the panels of A; null if A is read where it lies.</summary>
        public T* PackedLeft { get; init; }

        public T* PackedRight { get; init; }

        public int LeftPackings => PackedLeft is null ? 0 : LeftGroups;

        public int LeftGroups => _leftGroups.Parts;

        public int RightGroups => (_columns + ColumnsPerTile - 1) / ColumnsPerTile;

        public int RightPackings => RightGroups * _innerPackings.Parts;

        private static int Width => TileDispatch<T, TVector, TLanes>.Width;

        // of three tiles, one of two threads would have two: a few are a power of two, as the numbers of threads mostly are
        private static EvenSplit Balanced(EvenSplit groups) =>
            groups.Parts >= MostToBalance ? groups : groups with { Parts = Math.Min(groups.Length, (int)BitOperations.RoundUpToPowerOf2((uint)groups.Parts)) };

        public void PackLeft(int group)
        {
            for (int panel = _leftGroups.Start(group); panel < _leftGroups.Start(group + 1); panel++)
            {
                int first = _leftPanels.Start(panel), rows = _leftPanels.Size(panel);
                T* source = Problem.Left + ((nint)(_row + first) * Problem.LeftRowStep) + ((nint)_start * Problem.LeftInnerStep);
                PanelPacking<T, TVector, TLanes>.Pack(
                    source, Problem.LeftRowStep, Problem.LeftInnerStep, rows, rows, _inner, PackedLeft + ((nint)first * _paddedInner));
            }
        }

        public void PackRight(int part)
        {
            int group = part / _innerPackings.Parts, innerPart = part % _innerPackings.Parts;
            int first = group * ColumnsPerTile, columns = Math.Min(_columns - first, ColumnsPerTile);
            int wide = Problem.RightColumnStep == 1 ? columns / Width : 0;
            int start = PackedPanels.StepsAtOnce * _innerPackings.Start(innerPart);
            int inner = Math.Min(_inner, PackedPanels.StepsAtOnce * _innerPackings.Start(innerPart + 1)) - start;
            T* source = Problem.Right + ((nint)(_start + start) * Problem.RightInnerStep) + ((nint)(_column + first) * Problem.RightColumnStep);
            T* packed = PackedRight + ((nint)first * _paddedInner);
            PanelPacking<T, TVector, TLanes>.PackWide(
                source, Problem.RightInnerStep, wide, inner, packed + (start * Width), (nint)_paddedInner * Width);
            for (int column = wide * Width; column < columns; column += Width)
            {
                int lanes = Math.Min(Width, columns - column), padded = TileDispatch<T, TVector, TLanes>.PaddedWidth(lanes);
                PanelPacking<T, TVector, TLanes>.Pack(
                    source + (column * Problem.RightColumnStep), Problem.RightColumnStep, Problem.RightInnerStep, lanes, padded, inner,
                    packed + ((nint)column * _paddedInner) + (start * padded));
            }
        }

        // no image holds it, as it counts vectors, and many jobs end before the runtime would have optimized it
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Multiply(int leftGroup, int rightGroup)
        {
            int end = Math.Min(_columns, (rightGroup + 1) * ColumnsPerTile);
            for (int column = rightGroup * ColumnsPerTile; column < end; column += Width)
            {
                int columns = Math.Min(Width, end - column);
                TileOperands<T> tile = new()
                {
                    LeftRowStep = PackedLeft is null ? Problem.LeftRowStep : 1,
                    Right = PackedRight + ((nint)column * _paddedInner),
                    RightStep = TileDispatch<T, TVector, TLanes>.PaddedWidth(columns),
                    ResultStride = Problem.ResultStride,
                    Inner = PackedLeft is null ? _inner : _paddedInner,
                    Accumulate = Problem.Accumulate || _start > 0,
                };
                for (int panel = _leftGroups.Start(leftGroup); panel < _leftGroups.Start(leftGroup + 1); panel++)
                {
                    int row = _leftPanels.Start(panel), rows = _leftPanels.Size(panel);
                    if (Problem.IsGram && _row + row >= _column + column + columns)
                    {
                        break;
                    }

                    tile.Result = Problem.Result + ((nint)(_row + row) * Problem.ResultStride) + _column + column;
                    if (PackedLeft is null)
                    {
                        tile.Left = Problem.Left + ((nint)(_row + row) * Problem.LeftRowStep) + ((nint)_start * Problem.LeftInnerStep);
                        tile.LeftInnerStep = Problem.LeftInnerStep;
                        TileDispatch<T, TVector, TLanes>.Multiply<AnySteps>(rows, columns, tile);
                    }
                    else
                    {
                        tile.Left = PackedLeft + ((nint)row * _paddedInner);
                        tile.LeftInnerStep = rows;
                        TileDispatch<T, TVector, TLanes>.Multiply<PackedPanels>(rows, columns, tile);
                    }
                }
            }
        }
    }

    /// <summary>Packs. Groups of A come at even distances among the parts of B, so that a thread, which has consecutive tiles, packs those groups that it
    /// multiplies, and as much of B as another.</summary>
    private readonly struct Packing(Block block, int ofRight) : ITileWork
    {
        public int Count => block.LeftPackings + ofRight;

        public void Execute(int tile)
        {
            int group = Groups(tile);
            if (Groups(tile + 1) > group)
            {
                block.PackLeft(group);
            }
            else
            {
                block.PackRight(tile - group);
            }
        }

        private int Groups(int tiles) => (int)((long)tiles * block.LeftPackings / Count);
    }

    private readonly struct Multiplication(Block block) : ITileWork
    {
        public void Execute(int tile) => block.Multiply(tile / block.RightGroups, tile % block.RightGroups);
    }
}
