using System.Collections.Concurrent;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>How the CPU runs an operation: one line each. An operation without a line runs by its definition.</summary>
/// <remarks>A line stands for an operation or for a family of them; the first that fits counts. The kernels of elementwise operations, of reductions and of
/// operations on whole operands are tables of their own: <c>ElementwiseKernels</c>, <c>ReductionKernels</c>, <see cref="OperationKernels"/>.</remarks>
internal static class OperationTable
{
    private static readonly OperationRow s_definition = new(ByDefinition, EagerExecution.ByDefinition);

    private static readonly (Type Operation, OperationRow Row)[] s_rows =
    [
        (typeof(Fill), new((_, equation) => View.Of(((Fill)equation.Primitive).Scalar), EagerExecution.ByDefinition)),
        (typeof(Reshape), new((plan, equation) => plan.ViewOf(equation.Operands[0]), EagerExecution.SameMemory)),
        (typeof(BroadcastTo), new(RearrangingLowering.Stretched, EagerExecution.Planned)),
        (typeof(Permute), new(RearrangingLowering.Permuted, EagerExecution.Transposed)),
        (typeof(Windows), new(RearrangingLowering.Windowed, EagerExecution.Planned)),
        (typeof(Slice), new(RearrangingLowering.Sliced, EagerExecution.Window)),
        (typeof(Pad), new(RearrangingLowering.Padded, EagerExecution.Planned)),
        (typeof(OverlapAdd), new(RearrangingLowering.Overlapped, EagerExecution.Planned)),
        (typeof(Elementwise), new(ElementwiseLowering.Of, EagerExecution.Elementwise)),
        (typeof(Reduction), new(ReductionLowering.Of, EagerExecution.Planned)),
        (typeof(MatMul), new(ProductLowering.Of, EagerExecution.Product)),
        (typeof(Softmax), new(RowLines.Of, EagerExecution.Planned)),
        (typeof(ShareDerivative), new(RowLines.Of, EagerExecution.ByDefinition)),
        (typeof(Composite), new(ByDefinition, EagerExecution.Planned)),
        (typeof(SparseMatMul), new(ByDefinition, EagerExecution.Whole)),
        (typeof(SampledMatMul), new(ByDefinition, EagerExecution.Whole)),
        (typeof(Take), new(ByDefinition, EagerExecution.Whole)),
        (typeof(Concat), new(ByDefinition, EagerExecution.Whole)),
        (typeof(ScatterAdd), new(ByDefinition, EagerExecution.Whole)),
        (typeof(ArgSort), new(ByDefinition, EagerExecution.Whole)),
        (typeof(LinearRecurrence), new(Recurrence, EagerExecution.Whole)),
    ];

    private static readonly ConcurrentDictionary<Type, OperationRow> s_found = new();

    /// <summary>The line of an operation.</summary>
    public static OperationRow Of(Operation operation) => s_found.GetOrAdd(
        operation.GetType(), static type => Array.Find(s_rows, row => row.Operation.IsAssignableFrom(type)).Row ?? s_definition);

    // factors that are all 1 are no operand
    private static View Recurrence(Lowering plan, Equation equation)
    {
        (Value factors, Value terms) = (equation.Operands[0], equation.Operands[1]);
        if (plan.ViewOf(factors) is not { Kind: ViewKind.Constant, Constant: 1 })
        {
            return plan.Defined(equation);
        }

        var recurrence = (LinearRecurrence)equation.Primitive;
        OperationKernel kernel = OperationKernels.Recurrence(recurrence, terms.Type.DType, isSum: true);
        return plan.Add(slot => new OperationUnit(recurrence, [(plan.Dense(terms), terms.Type.Shape)], slot, kernel), terms.Type);
    }

    // a unit of work that finds the kernel for whole operands, if there is one
    private static View ByDefinition(Lowering plan, Equation equation) => plan.Defined(equation);
}
