using System.Numerics.Tensors;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Decompositions;

/// <summary>A function of matrices: over the last axes, with the leading ones as a batch; in float32 and float64.</summary>
/// <remarks>In double precision, and rounded once; but large matrices of float32 are factored in float32 where a backend has kernels for that, and in double
/// precision after all where these refuse: what is singular to their precision, or close to the ends of the range.</remarks>
internal abstract record MatrixPrimitive : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => true;

    /// <summary>From this number of rows and columns on, matrices of float32 are large; below, double precision costs no time that somebody waits
    /// for.</summary>
    public const int LeastSingle = 96;

    private protected MatrixPrimitive()
    {
    }

    /// <summary>How many last axes of the first operand belong to one item.</summary>
    private protected virtual int ItemRank => 2;

    /// <inheritdoc/>
    public sealed override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => Apply(Batches.Repeated(operands, size));

    /// <inheritdoc/>
    internal sealed override bool MayFail => true;

    /// <inheritdoc/>
    internal sealed override bool WorksOnHost => true;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) => this;

    /// <summary>Whether results hold zeros before the kernel runs.</summary>
    private protected virtual bool BeginsWithZeros => true;

    /// <inheritdoc/>
    public sealed override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        HostArray[] given = Array.ConvertAll(operands.ToArray(), tensor => tensor.Read());
        TensorType[] inferred = Infer(Array.ConvertAll(given, array => array.Type));
        Array.ForEach(inferred, Room.Require);
        HostArray[] results = Array.ConvertAll(inferred, HostArray.AllocateUninitialized);
        if (BeginsWithZeros)
        {
            Array.ForEach(results, array => array.AsBytes().Clear());
        }

        var source = backend as IMatrixKernelSource;
        Shape batch = Leading(given[0].Type.Shape, ItemRank);
        IMatrixKernels<double> kernels = source?.MatrixKernels ?? DefiningKernels<double>.Instance;
        if (source is null || !IsLarge(given[0].Type) || !Array.TrueForAll([.. given, .. results], array => array.Data is float[]))
        {
            ComputeInDouble(kernels, (given, results), batch, (0, batch.ElementCount));
            return Array.ConvertAll(results, Tensor.FromHost);
        }

        (ArraySegment<float>[] floats, ArraySegment<float>[] computed) = (Array.ConvertAll(given, Segment<float>), Array.ConvertAll(results, Segment<float>));
        for (int index = 0; index < batch.ElementCount; index++)
        {
            var item = new MatrixItem<float>(floats, computed, 0, batch.ElementCount)
            {
                Name = Name,
                Batch = batch,
                Index = index,
                Kernels = source.SingleMatrixKernels,
                Epsilon = DType.Float32.Epsilon(),
            };
            if (!TryCompute(item))
            {
                ComputeInDouble(kernels, (given, results), batch, (index, 1));
            }
        }

        return Array.ConvertAll(results, Tensor.FromHost);
    }

    private void ComputeInDouble(IMatrixKernels<double> kernels, (HostArray[] Given, HostArray[] Computed) arrays, Shape batch, (int First, int Count) items)
    {
        int all = batch.ElementCount;
        ArraySegment<double>[] given = Array.ConvertAll(arrays.Given, array => InDouble(array, all, items));
        ArraySegment<double>[] computed = Array.ConvertAll(arrays.Computed, array =>
            array.Type.DType == DType.Float64 ? Part<double>(array, all, items) : new double[Part<float>(array, all, items).Count]);
        for (int index = items.First; index < items.First + items.Count; index++)
        {
            Compute(new MatrixItem<double>(given, computed, items.First, items.Count)
            {
                Name = Name,
                Batch = batch,
                Index = index,
                Kernels = kernels,
                Epsilon = arrays.Given[0].Type.DType.Epsilon(),
                AreFactorsRounded = arrays.Given[^1].Data is float[],
            });
        }

        for (int i = 0; i < computed.Length; i++)
        {
            if (arrays.Computed[i].Data is float[])
            {
                TensorPrimitives.ConvertTruncating<double, float>(computed[i], Part<float>(arrays.Computed[i], all, items));
            }
        }
    }

    /// <summary>The kernel, for one item.</summary>
    private protected abstract void Compute(MatrixItem<double> item);

    /// <summary>Whether matrices are large enough for <see cref="TryCompute"/>.</summary>
    private protected virtual bool IsLarge(TensorType matrix) => false;

    /// <summary>The kernel for one item in float32; false, whatever it wrote, if it must be computed in double precision.</summary>
    private protected virtual bool TryCompute(MatrixItem<float> item) => false;

    /// <summary>The axes before the last ones.</summary>
    private protected static Shape Leading(Shape shape, int last) => new(shape.Sizes.AsSpan()[..^last]);

    /// <summary>What is computed of a matrix depends on all that is live of it, and on no other matrix of the batch.</summary>
    public override LiveResult[]? Live(ReadOnlySpan<LiveOperand> operands)
    {
        LiveOperand[] linear = [.. operands.ToArray().Where(operand => operand.IsLinear)];
        Tensor[] results = Apply(LiveMasks.Tensors(operands));
        if (linear.Any(operand => operand.Mask is null))
        {
            return [.. results.Select(result => new LiveResult(result, null))];
        }

        Shape batch = Leading(operands[0].Tensor.Shape, ItemRank);
        Tensor any = linear.Select(operand => operand.Mask!.Flatten(batch.Rank).Any(-1)).Aggregate((left, right) => left | right);
        return
        [
            .. results.Select(result =>
            {
                Tensor live = any.Reshape([.. batch, .. Enumerable.Repeat(1, result.Rank - batch.Rank)]).BroadcastTo(result.Shape);
                return new LiveResult(LiveMasks.Kept(result, live), live);
            }),
        ];
    }

    /// <summary>A shape with the leading axes of another, and these sizes after them.</summary>
    private protected static TensorType After(TensorType type, int last, params ReadOnlySpan<int> sizes) =>
        type with { Shape = new Shape([.. type.Shape.Sizes[..^last], .. sizes]) };

    /// <summary>Throws unless a type is that of floating matrices.</summary>
    private protected void RequireMatrix(TensorType operand)
    {
        Elementwise.RequireFloating(Name, operand);
        if (operand.Shape.Rank < 2)
        {
            throw new ShapeMismatchException($"{Name}: shape {operand.Shape} is not that of a matrix or of a batch of matrices; reshape it.");
        }
    }

    /// <summary>Throws unless a type is that of floating square matrices; returns their number of rows.</summary>
    private protected int RequireSquare(TensorType operand)
    {
        RequireMatrix(operand);
        return operand.Shape[^1] == operand.Shape[^2]
            ? operand.Shape[^1]
            : throw new ShapeMismatchException(
                $"{Name}: shape {operand.Shape} has {operand.Shape[^2]} rows and {operand.Shape[^1]} columns where a square matrix is needed; for least "
                    + $"squares use Linalg.Qr or Linalg.Svd.");
    }

    /// <summary>The norm of each matrix of a batch, 1 if that is 0: a unit in which derivatives stay in the range of numbers, and which has none.</summary>
    private protected static Tensor Size(Tensor matrix)
    {
        Tensor norm = StopGradient.OfInvariant.Of(matrix).Norm([-2, -1], keepAxes: true);
        return Tensor.Where(norm.Equals(0, string.Empty), 1, norm);
    }

    /// <summary><c>(A + Aᵀ)/2</c>.</summary>
    private protected static Tensor SymmetricPart(Tensor matrix) => (matrix + matrix.Transpose()) / 2;

    /// <summary>Whether a matrix has at least so many rows and columns that it is large.</summary>
    private protected static bool HasManyRows(TensorType matrix) => Math.Min(matrix.Shape[^1], matrix.Shape[^2]) >= LeastSingle;

    private static ArraySegment<T> Segment<T>(HostArray array) => new((T[])array.Data, array.Offset, array.Count);

    private static ArraySegment<T> Part<T>(HostArray array, int all, (int First, int Count) items)
    {
        int size = all == 0 ? 0 : array.Count / all;
        return new ArraySegment<T>((T[])array.Data, array.Offset + (items.First * size), items.Count * size);
    }

    private static ArraySegment<double> InDouble(HostArray array, int all, (int First, int Count) items)
    {
        if (array.Data is double[])
        {
            return Part<double>(array, all, items);
        }

        ArraySegment<float> elements = Part<float>(array, all, items);
        var converted = new double[elements.Count];
        TensorPrimitives.ConvertTruncating<float, double>(elements, converted);
        return converted;
    }
}
