using System.Diagnostics;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>One line of a fused group.</summary>
/// <param name="Sequence">Its place in the order of the graph.</param>
/// <param name="Operation">An elementwise primitive or a reduction; null for a copy.</param>
/// <param name="Operands">Its operands, as the domain of the group sees them.</param>
/// <param name="Result">Its result.</param>
/// <param name="Reduction">What kind of reduction it is.</param>
internal sealed record GroupEntry(int Sequence, Operation? Operation, View[] Operands, Slot Result, ReductionKind Reduction = ReductionKind.None)
{
    /// <summary>Where the chunks of a reduction leave their results.</summary>
    public Slot? Partials { get; set; }

    /// <summary>Whether it has one element per row of the domain: a line between the fold of a row and those that read it along the row.</summary>
    public bool IsPerRow { get; set; }

    /// <summary>The length of a row, for a line that works on whole rows; 0 for others.</summary>
    public int RowLength { get; init; }

    /// <summary>The comparison by which a choice is made, whose operands are then read instead of a mask; null where there is a mask.</summary>
    public Operation? Condition { get; init; }

    /// <summary>Whether it is two choices, by both ends of an interval: its operands are those of <see cref="IntervalKernel{T}"/>.</summary>
    public bool IsByInterval { get; init; }

    /// <summary>Whether what is added up are products of its two operands, which may be in <c>float32</c> where the sum is in <c>float64</c>.</summary>
    public bool IsOfProducts { get; init; }

    /// <summary>Whether it is no reduction: the result has one element per element of the domain, or per row of it.</summary>
    public bool IsElementwise => Reduction == ReductionKind.None;

    /// <summary>The kernel of an elementwise line.</summary>
    public TileKernel Kernel()
    {
        Debug.Assert(IsElementwise, "reductions have kernels that know the grid");
        DType dtype = Result.Type.DType;
        if (Operation is null)
        {
            return SpreadKernels.For(dtype).Copy;
        }

        if (RowLength > 0)
        {
            return RowKernels.Of(Operation, RowLength, dtype);
        }

        if (Condition is not null)
        {
            return IsByInterval ? MaskKernels.Interval(dtype) : MaskKernels.Choice(Condition, dtype)!;
        }

        ReadOnlySpan<DType> operands = OperandTypes.AsSpan(0, Operands.Length);
        return ElementwiseKernels.Find(Operation, operands, dtype) ?? new ReferenceKernel(Operation, operands.ToArray(), dtype);
    }

    /// <summary>The element types of the operands, constants included.</summary>
    public required DType[] OperandTypes { get; init; }

    /// <summary>The element type of an operand.</summary>
    public DType OperandType(int operand) => OperandTypes[operand];
}
