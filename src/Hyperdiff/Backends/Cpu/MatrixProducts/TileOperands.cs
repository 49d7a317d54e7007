namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>What one call of <see cref="RegisterTile{T, TVector, TLanes, TRows, TVectors, TLayout}"/> works on.</summary>
/// <remarks>
/// <code>
/// left[i, p]   = Left[i·LeftRowStep + p·LeftInnerStep]     packed panel or the matrix itself
/// right[p, j]  = Right[p·RightStep + j]                    packed panel or the matrix itself; whole vectors are read
///              = Right[RightOffsets[p] + j]                if its rows stand anywhere
/// result[i, j] = Result[i·ResultStride + j]
/// </code>
/// </remarks>
internal unsafe struct TileOperands<T>
    where T : unmanaged
{
    public T* Left;
    public T* Right;
    public T* Result;
    public nint LeftRowStep;
    public nint LeftInnerStep;
    public nint RightStep;
    public int* RightOffsets;
    public nint ResultStride;
    public nint Inner;
    public bool Accumulate;
}
