using System.Numerics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>z = φ(x, y) over spans; z may be x or y.</summary>
internal delegate void BinaryMap<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z);

/// <summary>z = φ(x, y) where y is the same for all elements; z may be x.</summary>
internal delegate void RightScalarMap<T>(ReadOnlySpan<T> x, T y, Span<T> z);

/// <summary>z = φ(x, y) where x is the same for all elements; z may be y.</summary>
internal delegate void LeftScalarMap<T>(T x, ReadOnlySpan<T> y, Span<T> z);

/// <summary>An elementwise function of two operands, of which one may be a number.</summary>
internal sealed class BinaryKernel<T>(BinaryMap<T> map, RightScalarMap<T> rightScalar, LeftScalarMap<T> leftScalar) : TileKernel
    where T : unmanaged, INumberBase<T>
{
    /// <inheritdoc/>
    public override bool TakesScalar(int operand) => true;

    /// <inheritdoc/>
    public override bool TakesColumn(int operand) => true;

    /// <inheritdoc/>
    public override bool TakesWindows => true;

    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction) => Compute(tile, instruction);

    /// <summary>Computes the tile's elements of the target: by a name that <see cref="ImageKernels"/> can call.</summary>
    internal void Compute(in Tile tile, TileInstruction instruction)
    {
        ref readonly TileSource x = ref instruction.Sources[0];
        ref readonly TileSource y = ref instruction.Sources[1];
        Span<T> z = tile.Write<T>(instruction.Target);
        if (y.Kind == TileSourceKind.Column)
        {
            ReadOnlySpan<T> dense = tile.Read<T>(x), column = tile.ReadColumn<T>(y, out int columns);
            for (int row = 0; row < column.Length; row++)
            {
                rightScalar(dense.Slice(row * columns, columns), column[row], z.Slice(row * columns, columns));
            }
        }
        else if (x.Kind == TileSourceKind.Column)
        {
            ReadOnlySpan<T> dense = tile.Read<T>(y), column = tile.ReadColumn<T>(x, out int columns);
            for (int row = 0; row < column.Length; row++)
            {
                leftScalar(column[row], dense.Slice(row * columns, columns), z.Slice(row * columns, columns));
            }
        }
        else if (x.Kind == TileSourceKind.Window || y.Kind == TileSourceKind.Window)
        {
            int columns = (int)(x.Kind == TileSourceKind.Window ? x : y).Constant;
            for (int row = 0; row * columns < z.Length; row++)
            {
                map(tile.ReadRow<T>(x, row, columns), tile.ReadRow<T>(y, row, columns), z.Slice(row * columns, columns));
            }
        }
        else if (y.IsScalar)
        {
            rightScalar(tile.Read<T>(x), tile.ReadScalar<T>(y), z);
        }
        else if (x.IsScalar)
        {
            leftScalar(tile.ReadScalar<T>(x), tile.Read<T>(y), z);
        }
        else
        {
            map(tile.Read<T>(x), tile.Read<T>(y), z);
        }
    }
}
