using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary><see cref="BlockedProduct{T, TVector, TLanes}"/>, some rows at a time.</summary>
internal sealed unsafe class BlockedPieces<T, TVector, TLanes> : ProductPieces<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    private readonly ProductShape _shape;
    private readonly EvenSplit _innerBlocks;
    private readonly int _paddedInner;
    private readonly int _panelsOfBlock;
    private readonly int _partsOfBlock;

    /// <summary>A product of a shape for which <see cref="Fits"/> holds.</summary>
    public BlockedPieces(in ProductShape shape)
    {
        _shape = shape;
        _innerBlocks = EvenSplit.ByLimit(shape.Inner, BlockedProduct<T, TVector, TLanes>.MaxInner);
        _paddedInner = PanelPacking<T, TVector, TLanes>.PaddedInner(Math.Min(shape.Inner, BlockedProduct<T, TVector, TLanes>.MaxInner));
        _panelsOfBlock = (shape.Columns + TileDispatch<T, TVector, TLanes>.Width) * _paddedInner;
        ProductProblem<T> problem = new(shape, null, null, null, 0);
        for (int block = 0; block < _innerBlocks.Parts; block++)
        {
            _partsOfBlock = Math.Max(_partsOfBlock, Block(problem, null, (0, shape.Rows), block).RightPackings);
        }
    }

    /// <inheritdoc/>
    public override int Panels => _innerBlocks.Parts * _panelsOfBlock;

    /// <inheritdoc/>
    public override int Parts => _innerBlocks.Parts * _partsOfBlock;

    /// <summary>Whether a product of many rows, which is computed by blocks, has all columns in one.</summary>
    public static bool Fits(in ProductShape shape) =>
        shape is { BatchCount: 1, Accumulate: false } && shape.Columns <= BlockedProduct<T, TVector, TLanes>.MaxColumns;

    /// <inheritdoc/>
    public override void Pack(T* right, T* panels, int part)
    {
        int block = part / _partsOfBlock, ofBlock = part % _partsOfBlock;
        BlockedProduct<T, TVector, TLanes>.Block whole = Block(new(_shape, null, right, null, 0), panels, (0, _shape.Rows), block);
        if (ofBlock < whole.RightPackings)
        {
            whole.PackRight(ofBlock);
        }
    }

    /// <inheritdoc/>
    public override void Multiply(T* left, T* panels, T* result, int row, int rows)
    {
        ProductProblem<T> problem = new(_shape, left, null, result, 0);
        bool packsLeft = _shape.Columns > BlockedProduct<T, TVector, TLanes>.MostColumnsInPlace;
        PanelBuffer? packed = packsLeft ? PanelBuffer.Rent<T>((long)rows * _paddedInner) : null;
        for (int p = 0; p < _innerBlocks.Parts; p++)
        {
            BlockedProduct<T, TVector, TLanes>.Block block =
                Block(problem, panels, (row, rows), p) with { PackedLeft = packed is null ? null : (T*)packed.Address };
            for (int group = 0; group < block.LeftGroups; group++)
            {
                if (packsLeft)
                {
                    block.PackLeft(group);
                }

                for (int columns = 0; columns < block.RightGroups; columns++)
                {
                    block.Multiply(group, columns);
                }
            }
        }

        packed?.Return();
    }

    private BlockedProduct<T, TVector, TLanes>.Block Block(in ProductProblem<T> problem, T* panels, (int First, int Count) rows, int block) =>
        new(problem, rows.First, rows.Count, 0, _innerBlocks.Start(block), _innerBlocks.Size(block)) { PackedRight = panels + ((nint)block * _panelsOfBlock) };
}
