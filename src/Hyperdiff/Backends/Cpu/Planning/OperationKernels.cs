using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.SparseProducts;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>The table of operations that work on whole operands and have a kernel besides their definition.</summary>
internal static class OperationKernels
{
    /// <summary>The kernel; null if the operation runs by its definition.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="operand">The element type of the first operand.</param>
    /// <param name="result">That of the result.</param>
    public static OperationKernel? Find(Operation operation, DType operand, DType result) => OfOrder(operation, operand) ?? OfNumbers(operation, result);

    private static OperationKernel? OfNumbers(Operation operation, DType dtype) => (operation, dtype) switch
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
        (Concat concat, DType.Float64) => new ConcatKernel<double>(concat),
        (Concat concat, DType.Float32) => new ConcatKernel<float>(concat),
        (ScatterAdd scatter, DType.Float64) => new ScatterAddKernel<double>(scatter),
        (ScatterAdd scatter, DType.Float32) => new ScatterAddKernel<float>(scatter),
        (LinearRecurrence recurrence, _) => Recurrence(recurrence, dtype, isSum: false),
        _ => null,
    };

    /// <summary>The kernel of a recurrence.</summary>
    /// <param name="recurrence">The recurrence.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="isSum">Whether every factor is 1: it is no operand then.</param>
    public static OperationKernel Recurrence(LinearRecurrence recurrence, DType dtype, bool isSum) =>
        dtype == DType.Float64 ? new RecurrenceKernel<double>(recurrence, isSum) : new RecurrenceKernel<float>(recurrence, isSum);

    // the result is places
    private static OperationKernel? OfOrder(Operation operation, DType dtype) => (operation, dtype) switch
    {
        (ArgSort sort, DType.Float64) => new ArgSortKernel<double, ulong>(sort),
        (ArgSort sort, DType.Float32) => new ArgSortKernel<float, uint>(sort),
        (ArgSort sort, DType.Int32) => new ArgSortKernel<int, uint>(sort),
        (ArgExtremum extremum, DType.Float64) => new ArgExtremumKernel<double>(extremum),
        (ArgExtremum extremum, DType.Float32) => new ArgExtremumKernel<float>(extremum),
        (ArgExtremum extremum, DType.Int32) => new ArgExtremumKernel<int>(extremum),
        _ => null,
    };
}
