using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Planning;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu;

/// <summary>One operation on concrete tensors, without a plan.</summary>
internal static class EagerExecution
{
    private static readonly TileTarget s_target = new(false, 0);
    private static readonly TileSource s_first = new(TileSourceKind.Dense, 1);
    private static readonly TileSource s_second = new(TileSourceKind.Dense, 2);

    /// <summary>The result; null if the operation has no kernel for these operands.</summary>
    public static Tensor? TryRun(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources) => operation switch
    {
        Reshape reshape => new Tensor(reshape.InferResult([operands[0].Type]), operands[0].Storage),
        Unary or Binary when operands[0].DType.IsFloating() => Elementwise(operation, operands),
        MatMul matMul => Product(matMul, operands, resources.Product),
        Slice slice when Window(slice, operands[0]) is { } window => window,
        Reduction or Permute or BroadcastTo or Slice or Pad or Windows or OverlapAdd => resources.SingleOperations.Run(operation, operands[0]),
        Composite composite => composite.Expand(operands),
        SparseMatMul or SampledMatMul or Take or ScatterAdd => Whole(operation, operands, resources.Pool),
        _ => null,
    };

    private static Tensor? Whole(Operation operation, ReadOnlySpan<Tensor> operands, WorkerPool pool)
    {
        var types = new TensorType[operands.Length];
        var arrays = new HostArray[operands.Length];
        for (int i = 0; i < types.Length; i++)
        {
            (types[i], arrays[i]) = (operands[i].Type, operands[i].Read());
        }

        TensorType type = operation.InferResult(types);
        if (type.Shape.ElementCount == 0 || OperationKernels.Find(operation, type.DType) is not { } kernel)
        {
            return null;
        }

        HostArray result = HostArray.AllocateUninitialized(type);
        kernel.Run(arrays, result, pool);
        return Tensor.FromHost(result);
    }

    // rows of a matrix, a run of a vector: a window on the same memory, which nobody writes to
    private static Tensor? Window(Slice slice, Tensor operand)
    {
        TensorType type = slice.InferResult([operand.Type]);
        (int start, int[] steps) = Slice.Walk(operand.Shape, slice.Starts, slice.Steps);
        if (type.Shape.ElementCount == 0 || operand.Storage is not HostStorage || new GatherOrder(type.Shape, steps, start).Window is not { } first)
        {
            return null;
        }

        HostArray whole = operand.Read();
        return Tensor.FromHost(new HostArray(type, whole.Data, whole.Offset + first));
    }

    private static Tensor? Elementwise(Operation operation, ReadOnlySpan<Tensor> operands)
    {
        TensorType type = operation.InferResult(operands.Length == 1 ? [operands[0].Type] : [operands[0].Type, operands[1].Type]);
        if (ElementwiseKernels.Find(operation, operands[0].DType) is not { } kernel || type.DType != operands[0].DType || type.Shape.ElementCount == 0)
        {
            return null;
        }

        var values = default(Values);
        values[0] = HostArray.AllocateUninitialized(type);
        var sources = new TileSource[operands.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            // a repeated scalar stays one, where another operand says how long the result is
            bool constant = operands[i].Storage is UniformStorage && kernel.TakesScalar(i) && operands[1 - i].Storage is not UniformStorage;
            sources[i] = constant
                ? new TileSource(TileSourceKind.Constant, Constant: ((UniformStorage)operands[i].Storage).Value)
                : i == 0 ? s_first : s_second;
            values[i + 1] = constant ? default : operands[i].Read();
        }

        kernel.Run(new Tile(values, TileRegisters.Current, 0, (0, type.Shape.ElementCount, 0, 0), 0), new TileInstruction(kernel, s_target, sources));
        return Tensor.FromHost(values[0]);
    }

    private static Tensor? Product(MatMul product, ReadOnlySpan<Tensor> operands, MatrixProduct multiplier)
    {
        TensorType type = product.InferResult([operands[0].Type, operands[1].Type]);
        Shape c = type.Shape;
        if (c.ElementCount == 0)
        {
            return null;
        }

        ProductShape shape = ProductShape.Batch(c.ElementCount / (c[^2] * c[^1]), c[^2], operands[0].Shape[product.TransposeLeft ? ^2 : ^1], c[^1]) with
        {
            LeftTransposed = product.TransposeLeft,
            RightTransposed = product.TransposeRight,
        };
        HostArray result = HostArray.AllocateUninitialized(type);
        if (type.DType == DType.Float64)
        {
            multiplier.Multiply<double>(shape, operands[0].Read().AsSpan<double>(), operands[1].Read().AsSpan<double>(), result.AsSpan<double>());
        }
        else
        {
            multiplier.Multiply<float>(shape, operands[0].Read().AsSpan<float>(), operands[1].Read().AsSpan<float>(), result.AsSpan<float>());
        }

        return Tensor.FromHost(result);
    }

    [InlineArray(3)]
    private struct Values
    {
        private HostArray _result;
    }
}
