using System.Buffers;
using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>The pivots of a matrix, whose factors are not kept: what a determinant is made of.</summary>
/// <typeparam name="T">What is computed in.</typeparam>
internal readonly ref struct LuPivots<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _factors;

    /// <summary>Factors the first operand of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="requireRegular">Whether a matrix that is singular to working precision has none.</param>
    public LuPivots(MatrixItem<T> item, bool requireRegular)
    {
        int length = item.Operand(0).Length, size = (int)Math.Sqrt(length);
        _factors = ArrayPool<T>.Shared.Rent(length);
        Span<T> factors = _factors.AsSpan(0, length);
        int[] rented = ArrayPool<int>.Shared.Rent(size);
        Span<int> exchanges = rented.AsSpan(0, size);
        AreFound = LuFactors.TryEliminate(item, factors, exchanges) && !(requireRegular && LuElimination.SingularPivot<T>(factors, size) >= 0);
        Count = AreFound ? size : 0;
        Sign = AreFound ? LuElimination.Sign(exchanges) : 0;
        ArrayPool<int>.Shared.Return(rented);
    }

    /// <summary>Whether there are pivots: every element is finite.</summary>
    public bool AreFound { get; }

    /// <summary>How many there are; 0 if there are none.</summary>
    public int Count { get; }

    /// <summary>The sign of the exchanges, 1 or −1.</summary>
    public int Sign { get; }

    /// <summary>A pivot.</summary>
    public double this[int k] => double.CreateChecked(_factors[(k * Count) + k]);

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<T>.Shared.Return(_factors);
}
