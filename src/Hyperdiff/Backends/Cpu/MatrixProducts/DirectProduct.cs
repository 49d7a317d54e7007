using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Small and narrow products: the operands are read where they lie, because packing them would cost as much as the product.</summary>
/// <remarks>
/// A is always read in place. A panel of B is read in place if its rows are contiguous whole vectors, otherwise it is packed: that is cheap, and a
/// partial vector must not read past the operand.
/// </remarks>
internal static unsafe class DirectProduct<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    // 512 × 16 doubles of a packed panel are 64 KiB: they stay in L2, and mostly in L1.
    private const int MaxInner = 512;
    private const int RowsPerTile = 192;
    private const int ColumnsPerTile = 256;

    /// <summary>Computes the product.</summary>
    public static void Multiply(in ProductProblem<T> problem, WorkerPool pool)
    {
        Strips strips = new(problem);
        if (strips.Count == 1)
        {
            strips.Execute(0);
        }
        else
        {
            pool.Run(strips.Count, strips);
        }
    }

    private readonly struct Strips(ProductProblem<T> problem) : ITileWork
    {
        private readonly ProductProblem<T> _problem = problem;
        private readonly EvenSplit _rowTiles = EvenSplit.ByLimit(problem.Rows, RowsPerTile);

        public int Count => _rowTiles.Parts * ColumnTiles;

        private int ColumnTiles => (_problem.Columns + ColumnsPerTile - 1) / ColumnsPerTile;

        public void Execute(int tile)
        {
            int rowTile = tile / ColumnTiles, columnTile = tile % ColumnTiles;
            int width = TileDispatch<T, TVector, TLanes>.Width;
            int end = Math.Min(_problem.Columns, (columnTile + 1) * ColumnsPerTile);
            bool inPlace = _problem.RightColumnStep == 1 && _problem.Columns % TLanes.Count == 0;
            PanelBuffer? buffer = inPlace ? null
                : PanelBuffer.Rent<T>((long)PanelPacking<T, TVector, TLanes>.PaddedInner(Math.Min(MaxInner, _problem.Inner)) * width);
            EvenSplit innerBlocks = EvenSplit.ByLimit(_problem.Inner, MaxInner);
            for (int block = 0; block < innerBlocks.Parts; block++)
            {
                for (int column = columnTile * ColumnsPerTile; column < end; column += width)
                {
                    TileOperands<T> operands = new()
                    {
                        LeftRowStep = _problem.LeftRowStep,
                        LeftInnerStep = _problem.LeftInnerStep,
                        ResultStride = _problem.ResultStride,
                        Inner = innerBlocks.Size(block),
                        Accumulate = _problem.Accumulate || block > 0,
                    };
                    Panel(innerBlocks.Start(block), column, Math.Min(width, end - column), buffer is null ? null : (T*)buffer.Address, ref operands);
                    MultiplyPanel(rowTile, innerBlocks.Start(block), column, Math.Min(width, end - column), ref operands);
                }
            }

            buffer?.Return();
        }

        private void Panel(int start, int column, int columns, T* buffer, ref TileOperands<T> operands)
        {
            T* source = _problem.Right + (start * _problem.RightInnerStep) + (column * _problem.RightColumnStep);
            if (_problem.RightColumnStep == 1 && columns % TLanes.Count == 0)
            {
                operands.Right = source;
                operands.RightStep = _problem.RightInnerStep;
                return;
            }

            int padded = TileDispatch<T, TVector, TLanes>.PaddedWidth(columns);
            PanelPacking<T, TVector, TLanes>.Pack(
                source, _problem.RightColumnStep, _problem.RightInnerStep, columns, padded, (int)operands.Inner, buffer);
            operands.Right = buffer;
            operands.RightStep = padded;
        }

        private void MultiplyPanel(int rowTile, int start, int column, int columns, ref TileOperands<T> operands)
        {
            int first = _rowTiles.Start(rowTile);
            EvenSplit panels = EvenSplit.ByLimit(_rowTiles.Size(rowTile), TLanes.TileRows);
            for (int panel = 0; panel < panels.Parts; panel++)
            {
                int row = first + panels.Start(panel);
                operands.Left = _problem.Left + (row * _problem.LeftRowStep) + (start * _problem.LeftInnerStep);
                operands.Result = _problem.Result + (row * _problem.ResultStride) + column;
                TileDispatch<T, TVector, TLanes>.Multiply<AnySteps>(panels.Size(panel), columns, operands);
            }
        }
    }
}
