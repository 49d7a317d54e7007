using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Runs an operation by its kernel, or by its definition.</summary>
/// <param name="operation">The operation.</param>
/// <param name="kernel">The kernel; null for the definition.</param>
/// <param name="operands">Slot and shape of each operand.</param>
/// <param name="result">Slot and shape of the result.</param>
/// <param name="pool">The threads that share large work.</param>
internal sealed class OperationStep(Operation operation, OperationKernel? kernel, (int Slot, Shape Shape)[] operands, (int Slot, Shape Shape) result,
    WorkerPool pool) : Step
{
    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        var few = default(Few);
        Span<HostArray> arrays = operands.Length <= Few.Most ? ((Span<HostArray>)few)[..operands.Length] : new HostArray[operands.Length];
        for (int i = 0; i < arrays.Length; i++)
        {
            arrays[i] = frame.Values[operands[i].Slot].Reshaped(operands[i].Shape);
        }

        HostArray target = frame.Values[result.Slot].Reshaped(result.Shape);
        if (kernel is not null)
        {
            kernel.Run(arrays, target, pool);
        }
        else
        {
            operation.Evaluate(arrays, target);
        }
    }

    [InlineArray(Most)]
    private struct Few
    {
        public const int Most = 8;

        private HostArray _element;
    }
}
