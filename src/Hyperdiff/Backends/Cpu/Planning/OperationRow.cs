using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>How an operation runs, within a plan and without one.</summary>
/// <param name="InPlan">What its result is in a plan; it is not empty.</param>
/// <param name="Alone">Its result on concrete tensors; null if it has no kernel for these.</param>
internal sealed record OperationRow(Func<Lowering, Equation, View> InPlan, EagerKernel Alone);

/// <summary>Runs one operation on concrete tensors; null if there is no kernel for these.</summary>
internal delegate Tensor? EagerKernel(Operation operation, ReadOnlySpan<Tensor> operands, CpuResources resources);
