namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>One product as the kernels see it: transpositions have become strides.</summary>
/// <remarks>
/// <code>
/// op(A)[i, p] = Left[i·LeftRowStep + p·LeftInnerStep]
/// op(B)[p, j] = Right[p·RightInnerStep + j·RightColumnStep]
/// C[i, j]     = Result[i·ResultStride + j]
/// </code>
/// </remarks>
internal readonly unsafe struct ProductProblem<T>
    where T : unmanaged
{
    public readonly T* Left;
    public readonly T* Right;
    public readonly T* Result;
    public readonly int Rows;
    public readonly int Inner;
    public readonly int Columns;
    public readonly nint LeftRowStep;
    public readonly nint LeftInnerStep;
    public readonly nint RightInnerStep;
    public readonly nint RightColumnStep;
    public readonly nint ResultStride;
    public readonly bool Accumulate;

    /// <summary>Whether C is <c>M·Mᵀ</c>: what is below its diagonal is what is above.</summary>
    public readonly bool IsGram;

    /// <summary>Item <paramref name="item"/> of the batch that <paramref name="shape"/> describes.</summary>
    public ProductProblem(in ProductShape shape, T* left, T* right, T* result, int item)
    {
        Left = left + ((nint)item * shape.LeftBatchStep);
        Right = right + ((nint)item * shape.RightBatchStep);
        Result = result + ((nint)item * shape.ResultBatchStep);
        Rows = shape.Rows;
        Inner = shape.Inner;
        Columns = shape.Columns;
        LeftRowStep = shape.LeftTransposed ? 1 : shape.LeftStride;
        LeftInnerStep = shape.LeftTransposed ? shape.LeftStride : 1;
        RightInnerStep = shape.RightTransposed ? 1 : shape.RightStride;
        RightColumnStep = shape.RightTransposed ? shape.RightStride : 1;
        ResultStride = shape.ResultStride;
        Accumulate = shape.Accumulate;
        IsGram = shape.IsGram && Left == Right;
    }

    /// <summary>Multiply-adds: the measure by which work is cut and shared.</summary>
    public long Work => (long)Rows * Inner * Columns;
}
