namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>A vector register of the machine, so that each kernel is written once for every width.</summary>
/// <remarks>
/// Implemented by empty structs: the just-in-time compiler makes one kernel per width and element type, with every member inlined. <see cref="MultiplyAdd"/>
/// rounds once if the machine has fused multiply-add and twice otherwise; for one machine and width it is always the same.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TVector">The register's type.</typeparam>
internal unsafe interface IVectorLanes<T, TVector>
    where T : unmanaged
    where TVector : unmanaged
{
    /// <summary>Elements per vector.</summary>
    static abstract int Count { get; }

    /// <summary>Rows of the register tile of matrix products: with 2 vectors per row, as many as leave registers for 2 vectors of B and one of A.</summary>
    static abstract int TileRows { get; }

    /// <summary>Vectors of a row for which there are two sets of registers, and three for others.</summary>
    static abstract int RowVectors { get; }

    /// <summary>Vectors of a row for which there are three sets of registers, and three for others.</summary>
    static abstract int RowVectorsOfThree { get; }

    /// <summary>The vector of zeros.</summary>
    static abstract TVector Zero { get; }

    /// <summary>Reads <see cref="Count"/> elements; no alignment needed.</summary>
    static abstract TVector Load(T* source);

    /// <summary>Writes <see cref="Count"/> elements; no alignment needed.</summary>
    static abstract void Store(TVector value, T* destination);

    /// <summary>Reads the first <paramref name="count"/> elements, fewer than <see cref="Count"/>, and touches no others; the rest are zeros.</summary>
    static abstract TVector LoadPartial(T* source, int count);

    /// <summary>Writes the first <paramref name="count"/> elements, fewer than <see cref="Count"/>, and touches no others.</summary>
    static abstract void StorePartial(TVector value, T* destination, int count);

    /// <summary>The vector whose elements are all <paramref name="value"/>.</summary>
    static abstract TVector Broadcast(T value);

    /// <summary>left + right.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>left · right.</summary>
    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>left · right + addend.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The sum of the elements, halves added to halves down to one element.</summary>
    static abstract T Sum(TVector value);
}
