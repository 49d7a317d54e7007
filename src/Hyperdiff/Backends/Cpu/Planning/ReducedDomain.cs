using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>What a reduction sees of its operand: so many elements, as rows and columns, of which one kind disappears.</summary>
/// <param name="Kind">What is reduced: all, the rows or the columns.</param>
/// <param name="Count">The number of elements.</param>
/// <param name="Rows">The number of rows; of no account where all are reduced.</param>
/// <param name="Columns">The number of columns; likewise.</param>
internal readonly record struct ReducedDomain(ReductionKind Kind, int Count, int Rows, int Columns);
