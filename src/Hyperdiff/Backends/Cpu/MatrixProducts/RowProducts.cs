using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Products of a block of rows with a vector, on the calling thread and without a detour: a block may be done in a fraction of a
/// microsecond.</summary>
internal abstract class RowProducts<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>With the widest vectors of the machine.</summary>
    public static RowProducts<T> Widest { get; } = VectorWidths.Widest switch
    {
        VectorWidth.Bits512 => new RowProducts<T, Vector512<T>, Lanes512<T>>(),
        VectorWidth.Bits256 => new RowProducts<T, Vector256<T>, Lanes256<T>>(),
        _ => new RowProducts<T, Vector128<T>, Lanes128<T>>(),
    };

    /// <summary>y = M·x, for as many rows as y has elements.</summary>
    public abstract void Multiply(ReadOnlySpan<T> block, ReadOnlySpan<T> x, Span<T> y);

    /// <summary>y += Mᵀ·x, for as many rows as x has elements.</summary>
    public abstract void AddTransposed(ReadOnlySpan<T> block, ReadOnlySpan<T> x, Span<T> y);
}
