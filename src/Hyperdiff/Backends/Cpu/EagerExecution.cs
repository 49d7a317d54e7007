using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Planning;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu;

/// <summary>One operation on concrete tensors, without a plan: the functions that <see cref="OperationTable"/> chooses from.</summary>
internal static class EagerExecution
{
    private static readonly TileTarget s_target = new(false, 0);
    private static readonly TileSource[] s_dense = [new(TileSourceKind.Dense, 1), new(TileSourceKind.Dense, 2), new(TileSourceKind.Dense, 3)];

    /// <summary>The result; null if the operation has no kernel for these operands.</summary>
    public static Tensor? TryRun(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources) =>
        OperationTable.Of(operation).Alone(operation, operands, resources);

    /// <summary>Nothing here is faster than the definition.</summary>
    public static Tensor? ByDefinition(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources) => null;

    /// <summary>The operand's memory under another shape.</summary>
    public static Tensor? SameMemory(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources) =>
        new(operation.InferResult([operands[0].Type]), operands[0].Storage);

    /// <summary>A kept plan of the one operation, of one operand.</summary>
    public static Tensor? Planned(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources) =>
        resources.SingleOperations.Run(operation, operands[0]);

    /// <summary>Axes in another order: matrices that are transposed in memory that stays are moved when somebody reads them, if at all.</summary>
    public static Tensor? Transposed(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources)
    {
        (var permutation, Tensor operand) = ((Permute)operation, operands[0]);
        if (!permutation.IsTranspose() || operand.Storage is not HostStorage { IsReused: false })
        {
            return Planned(operation, operands, resources);
        }

        TensorType type = operation.InferResult([operand.Type]);
        return TransposedStorage.Undone(operand) is (var matrix, true) ? matrix : new Tensor(type, new TransposedStorage(operand, permutation, resources));
    }

    /// <summary>A slice: rows of a matrix, a run of a vector are a window on the same memory, which nobody writes to.</summary>
    public static Tensor? Window(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources)
    {
        (var slice, Tensor operand) = ((Slice)operation, operands[0]);
        TensorType type = slice.InferResult([operand.Type]);
        (int start, int[] steps) = Slice.Walk(operand.Shape, slice.Starts, slice.Steps);
        if (type.Shape.ElementCount == 0 || operand.Storage is not HostStorage || new GatherOrder(type.Shape, steps, start).Window is not { } first)
        {
            return Planned(operation, operands, resources);
        }

        HostArray whole = operand.Read();
        return Tensor.FromHost(new HostArray(type, whole.Data, whole.Offset + first));
    }

    /// <summary>A kernel for whole operands.</summary>
    public static Tensor? Whole(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources)
    {
        TensorType type = operation.InferResult([.. operands.ToArray().Select(operand => operand.Type)]);
        if (type.Shape.ElementCount == 0)
        {
            return null;
        }

        // factors of a recurrence that are all 1 are no operand
        bool isSum = operation is LinearRecurrence && operands[0].Storage is UniformStorage { Value: 1 };
        OperationKernel? kernel = isSum
            ? OperationKernels.Recurrence((LinearRecurrence)operation, type.DType, isSum)
            : OperationKernels.Find(operation, operands[0].DType, type.DType);
        if (kernel is null)
        {
            return null;
        }

        var arrays = new HostArray[isSum ? 1 : operands.Length];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = operands[isSum ? 1 : i].Read();
        }

        HostArray result = HostArray.AllocateUninitialized(type);
        kernel.Run(arrays, result, resources.Pool);
        return Tensor.FromHost(result);
    }

    /// <summary>An elementwise function, as one tile.</summary>
    public static Tensor? Elementwise(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources)
    {
        if (operands.Length > s_dense.Length)
        {
            return null;
        }

        var few = default(Types);
        var dtypes = default(DTypes);
        bool varies = false;
        for (int i = 0; i < operands.Length; i++)
        {
            (few[i], dtypes[i]) = (operands[i].Type, operands[i].DType);
            varies |= operands[i].Storage is not UniformStorage;
        }

        TensorType type = operation.InferResult(((ReadOnlySpan<TensorType>)few)[..operands.Length]);
        if (type.Shape.ElementCount == 0 || ElementwiseKernels.Find(operation, ((ReadOnlySpan<DType>)dtypes)[..operands.Length], type.DType) is not { } kernel)
        {
            return null;
        }

        var values = default(Values);
        values[0] = HostArray.AllocateUninitialized(type);
        var sources = new TileSource[operands.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            // a repeated scalar stays one, where another operand says how long the result is
            bool constant = varies && operands[i].Storage is UniformStorage && kernel.TakesScalar(i);
            sources[i] = constant ? new TileSource(TileSourceKind.Constant, Constant: ((UniformStorage)operands[i].Storage).Value) : s_dense[i];
            values[i + 1] = constant ? default : operands[i].Read();
        }

        kernel.Run(new Tile(values, TileRegisters.Current, 0, (0, type.Shape.ElementCount, 0, 0), 0), new TileInstruction(kernel, s_target, sources));
        return Tensor.FromHost(values[0]);
    }

    /// <summary>A matrix product.</summary>
    public static Tensor? Product(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources)
    {
        (var product, MatrixProduct multiplier) = ((MatMul)operation, resources.Product);
        TensorType type = product.InferResult([operands[0].Type, operands[1].Type]);
        Shape c = type.Shape;
        if (c.ElementCount == 0)
        {
            return null;
        }

        (Tensor left, bool leftMoved) = TransposedStorage.Undone(operands[0]);
        (Tensor right, bool rightMoved) = TransposedStorage.Undone(operands[1]);
        ProductShape shape = ProductShape.Batch(c.ElementCount / (c[^2] * c[^1]), c[^2], operands[0].Shape[product.TransposeLeft ? ^2 : ^1], c[^1]) with
        {
            LeftTransposed = product.TransposeLeft != leftMoved,
            RightTransposed = product.TransposeRight != rightMoved,
        };
        HostArray result = HostArray.AllocateUninitialized(type);
        if (type.DType == DType.Float64)
        {
            multiplier.Multiply<double>(shape, left.Read().AsSpan<double>(), right.Read().AsSpan<double>(), result.AsSpan<double>());
        }
        else
        {
            multiplier.Multiply<float>(shape, left.Read().AsSpan<float>(), right.Read().AsSpan<float>(), result.AsSpan<float>());
        }

        return Tensor.FromHost(result);
    }

    [InlineArray(4)]
    private struct Values
    {
        private HostArray _result;
    }

    [InlineArray(3)]
    private struct Types
    {
        private TensorType _type;
    }

    [InlineArray(3)]
    private struct DTypes
    {
        private DType _dtype;
    }
}
