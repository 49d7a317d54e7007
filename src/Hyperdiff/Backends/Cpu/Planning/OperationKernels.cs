using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.SparseProducts;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>The table of operations that work on whole operands and have a kernel besides their definition.</summary>
internal static class OperationKernels
{
    /// <summary>The kernel; null if the operation runs by its definition.</summary>
    public static OperationKernel? Find(Operation operation, DType dtype) => (operation, dtype) switch
    {
        (SparseMatMul { Transposed: false } product, DType.Float64) => new SparseRowsKernel<double>(product),
        (SparseMatMul { Transposed: false } product, DType.Float32) => new SparseRowsKernel<float>(product),
        (SparseMatMul product, DType.Float64) => new SparseColumnsKernel<double>(product),
        (SparseMatMul product, DType.Float32) => new SparseColumnsKernel<float>(product),
        (SampledMatMul product, DType.Float64) => new SampledKernel<double>(product),
        (SampledMatMul product, DType.Float32) => new SampledKernel<float>(product),
        (Take take, DType.Float64) => new TakeKernel<double>(take),
        (Take take, DType.Float32) => new TakeKernel<float>(take),
        (Take take, DType.Int32) => new TakeKernel<int>(take),
        (ScatterAdd scatter, DType.Float64) => new ScatterAddKernel<double>(scatter),
        (ScatterAdd scatter, DType.Float32) => new ScatterAddKernel<float>(scatter),
        _ => null,
    };
}
