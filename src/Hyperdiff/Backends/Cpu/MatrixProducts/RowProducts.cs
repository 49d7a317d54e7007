using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Products of a block of rows with a vector, on the calling thread and without a detour: a block may be done in a fraction of a
/// microsecond.</summary>
internal abstract class RowProducts<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>With the widest vectors of the machine.</summary>
    public static RowProducts<T> Widest { get; } = Of(VectorWidths.Widest);

    /// <summary>With vectors of a width that the machine has.</summary>
    public static RowProducts<T> Of(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new RowProducts<T, Vector512<T>, Lanes512<T>>(),
        VectorWidth.Bits256 => new RowProducts<T, Vector256<T>, Lanes256<T>>(),
        _ => new RowProducts<T, Vector128<T>, Lanes128<T>>(),
    };

    /// <summary>y = M·x, for as many rows as y has elements.</summary>
    public abstract void Multiply(ReadOnlySpan<T> block, ReadOnlySpan<T> x, Span<T> y);

    /// <summary>y += Mᵀ·x, for as many rows as x has elements.</summary>
    public abstract void AddTransposed(ReadOnlySpan<T> block, ReadOnlySpan<T> x, Span<T> y);

    /// <summary>The longest rows for which <see cref="AddNormal"/> reads a row once.</summary>
    public abstract int MostNormalColumns { get; }

    /// <summary>y += Mᵀ·(f ∘ (M·x)), with the bits of the two products by themselves.</summary>
    /// <param name="block">M, whose rows are as long as x and at most as long as <see cref="MostNormalColumns"/>.</param>
    /// <param name="x">The vector.</param>
    /// <param name="factors">f, with one weight or as many as M has rows.</param>
    /// <param name="y">The result.</param>
    public abstract void AddNormal(ReadOnlySpan<T> block, ReadOnlySpan<T> x, in NormalFactors<T> factors, Span<T> y);
}
