using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Runs an operation by its definition.</summary>
/// <param name="operation">The operation.</param>
/// <param name="operands">Slot and shape of each operand.</param>
/// <param name="result">Slot and shape of the result.</param>
internal sealed class OperationStep(Operation operation, (int Slot, Shape Shape)[] operands, (int Slot, Shape Shape) result) : Step
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

        operation.Evaluate(arrays, frame.Values[result.Slot].Reshaped(result.Shape));
    }

    [InlineArray(Most)]
    private struct Few
    {
        public const int Most = 4;

        private HostArray _element;
    }
}
