namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>The sizes and layout of C = op(A)·op(B), or of a batch of such products.</summary>
/// <remarks>
/// <para>All matrices are row-major. This type owns the conventions of the folder:</para>
/// <code>
/// C        [Rows, Columns]   row stride ResultStride
/// op(A)    [Rows, Inner]     stored as [Rows, Inner],    or [Inner, Rows]    if LeftTransposed;   row stride LeftStride
/// op(B)    [Inner, Columns]  stored as [Inner, Columns], or [Columns, Inner] if RightTransposed;  row stride RightStride
/// item t of a batch starts t·LeftBatchStep, t·RightBatchStep, t·ResultBatchStep elements after the first
/// </code>
/// <para>A row stride left at 0 means "no gap between rows": the stored width.</para>
/// </remarks>
internal readonly record struct ProductShape
{
    // copying an element to the other side of the diagonal takes about as long as half as many multiplications; below so much work, so does the rest of it
    private const int LeastInnerOfGram = 128;
    private const long LeastWorkOfGram = 1 << 23;

    /// <summary>A product with dense operands and no transposition; vary it by <c>with</c>.</summary>
    public ProductShape(int rows, int inner, int columns)
    {
        Rows = rows;
        Inner = inner;
        Columns = columns;
        BatchCount = 1;
    }

    /// <summary>Rows of op(A) and of C.</summary>
    public int Rows { get; init; }

    /// <summary>Columns of op(A), rows of op(B). If 0, every element of the product is a sum of nothing: 0.</summary>
    public int Inner { get; init; }

    /// <summary>Columns of op(B) and of C.</summary>
    public int Columns { get; init; }

    /// <summary>Whether A is stored as the transpose of what enters the product.</summary>
    public bool LeftTransposed { get; init; }

    /// <summary>Whether B is stored as the transpose of what enters the product.</summary>
    public bool RightTransposed { get; init; }

    /// <summary>Whether the product is added to what C holds; otherwise C is overwritten, whatever it holds (NaN included).</summary>
    public bool Accumulate { get; init; }

    /// <summary>Elements from one stored row of A to the next.</summary>
    public int LeftStride { get => field != 0 ? field : LeftWidth; init; }

    /// <summary>Elements from one stored row of B to the next.</summary>
    public int RightStride { get => field != 0 ? field : RightWidth; init; }

    /// <summary>Elements from one row of C to the next.</summary>
    public int ResultStride { get => field != 0 ? field : Columns; init; }

    /// <summary>How many products.</summary>
    public int BatchCount { get; init; }

    /// <summary>Elements from one A to the next; 0 means that all items share one.</summary>
    public int LeftBatchStep { get; init; }

    /// <summary>Elements from one B to the next; 0 means that all items share one.</summary>
    public int RightBatchStep { get; init; }

    /// <summary>Elements from one C to the next; at least <see cref="Columns"/> if there is more than one item.</summary>
    public int ResultBatchStep { get; init; }

    /// <summary>Multiply-adds of one item: the measure by which work is cut and shared.</summary>
    public long ItemWork => (long)Rows * Inner * Columns;

    /// <summary>Whether the product is <c>M·Mᵀ</c>, which is symmetric, if A and B are the same memory; then half of it says all.</summary>
    public bool IsGram => Rows == Columns && LeftTransposed != RightTransposed && LeftStride == RightStride && LeftBatchStep == RightBatchStep && !Accumulate
        && Inner >= LeastInnerOfGram && ItemWork >= LeastWorkOfGram;

    private int LeftWidth => LeftTransposed ? Rows : Inner;

    private int RightWidth => RightTransposed ? Inner : Columns;

    /// <summary>A dense batch: items follow each other without gaps.</summary>
    public static ProductShape Batch(int count, int rows, int inner, int columns) => new(rows, inner, columns)
    {
        BatchCount = count,
        LeftBatchStep = rows * inner,
        RightBatchStep = inner * columns,
        ResultBatchStep = rows * columns,
    };

    /// <summary>Writes a batch that shares B and stacks A and C without gaps as one taller product; other shapes are returned as they are.</summary>
    public ProductShape Stacked()
    {
        bool stackable = BatchCount > 1 && RightBatchStep == 0 && !LeftTransposed
            && LeftBatchStep == (long)Rows * LeftStride && ResultBatchStep == (long)Rows * ResultStride
            && (long)BatchCount * Rows <= int.MaxValue;
        return stackable ? this with { Rows = BatchCount * Rows, BatchCount = 1 } : this;
    }

    /// <summary>Checks the shape and that the operands are long enough for it.</summary>
    /// <exception cref="ArgumentException">A size is negative, a stride is too small, or an operand is too short.</exception>
    public void Validate(int leftLength, int rightLength, int resultLength)
    {
        if ((Rows | Inner | Columns | BatchCount | LeftBatchStep | RightBatchStep | ResultBatchStep) < 0)
        {
            throw new ArgumentException($"Sizes and batch steps of a matrix product must not be negative: {this}.");
        }

        if (BatchCount > 1 && ResultBatchStep < Columns)
        {
            throw new ArgumentException($"The items of a batch must not share their result: the batch step of C must be at least {Columns}: {this}.");
        }

        RequireLength("left", (LeftTransposed ? Inner : Rows, LeftWidth), (LeftStride, LeftBatchStep), leftLength);
        RequireLength("right", (RightTransposed ? Columns : Inner, RightWidth), (RightStride, RightBatchStep), rightLength);
        RequireLength("result", (Rows, Columns), (ResultStride, ResultBatchStep), resultLength);
    }

    private void RequireLength(string operand, (int Rows, int Width) stored, (int Row, int Batch) steps, int length)
    {
        ((int rows, int width), (int stride, int batchStep)) = (stored, steps);
        if (rows == 0 || width == 0 || BatchCount == 0)
        {
            return;
        }

        if (stride < width)
        {
            throw new ArgumentException($"The {operand} row stride of a matrix product is {stride} but must be at least the stored width, {width}.");
        }

        long required = ((BatchCount - 1L) * batchStep) + ((rows - 1L) * stride) + width;
        if (length < required)
        {
            throw new ArgumentException($"The {operand} operand of a matrix product holds {length} elements but {required} are needed: {this}.");
        }
    }
}
