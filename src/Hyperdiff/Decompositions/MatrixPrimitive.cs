using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Decompositions;

/// <summary>A function of matrices: over the last axes, with the leading ones as a batch; in float32 and float64, computed in double precision.</summary>
internal abstract record MatrixPrimitive : Primitive
{
    /// <inheritdoc/>
    internal override bool IsValue => true;

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
    internal sealed override Primitive? Retyped(Retyping types) => this;

    /// <inheritdoc/>
    public sealed override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        Tensor[] tensors = operands.ToArray();
        TensorType[] inferred = Infer([.. tensors.Select(tensor => tensor.Type)]);
        foreach (TensorType type in inferred)
        {
            Room.Require(type);
        }

        ArraySegment<double>[] given = [.. tensors.Select(tensor => InDouble(tensor.Read()))];
        HostArray[] memory = [.. inferred.Select(type => HostArray.AllocateUninitialized(type with { DType = DType.Float64 }))];
        Array.ForEach(memory, array => array.AsSpan<double>().Clear());
        ArraySegment<double>[] computed = [.. memory.Select(InDouble)];
        IMatrixKernels kernels = (backend as IMatrixKernelSource)?.MatrixKernels ?? DefiningKernels.Instance;
        Shape batch = Leading(tensors[0].Shape, ItemRank);
        double epsilon = tensors[0].DType.Epsilon();
        for (int index = 0; index < batch.ElementCount; index++)
        {
            Compute(new MatrixItem(Name, batch, index, given, computed, epsilon, kernels));
        }

        var results = new Tensor[inferred.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = Tensor.FromHost(memory[i]).To(inferred[i].DType);
        }

        return results;
    }

    /// <summary>The kernel, for one item.</summary>
    private protected abstract void Compute(MatrixItem item);

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

    /// <summary><c>(A + Aᵀ)/2</c>.</summary>
    private protected static void SymmetricPart(ReadOnlySpan<double> matrix, Span<double> symmetric, int size)
    {
        // in squares whose columns stay in L1
        const int Side = 32;
        for (int top = 0; top < size; top += Side)
        {
            int bottom = Math.Min(top + Side, size);
            for (int left = 0; left < bottom; left += Side)
            {
                for (int i = top; i < bottom; i++)
                {
                    for (int j = left; j < Math.Min(left + Side, i + 1); j++)
                    {
                        // halved first: the sum could overflow
                        symmetric[(i * size) + j] = symmetric[(j * size) + i] = (0.5 * matrix[(i * size) + j]) + (0.5 * matrix[(j * size) + i]);
                    }
                }
            }
        }
    }

    private static ArraySegment<double> InDouble(HostArray array)
    {
        if (array.Data is double[] numbers)
        {
            return new ArraySegment<double>(numbers, array.Offset, array.Count);
        }

        var converted = new double[array.Count];
        Span<float> elements = array.AsSpan<float>();
        for (int i = 0; i < converted.Length; i++)
        {
            converted[i] = elements[i];
        }

        return converted;
    }
}
