using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Runs a primitive that works on tensors, such as a solve. It may keep its operands, so they never lie in the arena.</summary>
/// <param name="primitive">The primitive.</param>
/// <param name="backend">The backend that it is given to work with.</param>
/// <param name="operands">What the operands are.</param>
/// <param name="results">The slots of the results, and which of them steps read the elements of.</param>
internal sealed class PrimitiveStep(Primitive primitive, IBackend backend, TensorSource[] operands, PlanInput[] results) : Step
{
    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        var tensors = new Tensor[operands.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = operands[i].Read(frame);
        }

        Tensor[] produced = primitive.Execute(backend, tensors);
        for (int i = 0; i < results.Length; i++)
        {
            frame.Tensors[results[i].Slot] = produced[i];
            if (results[i].IsRead)
            {
                frame.Values[results[i].Slot] = produced[i].Read();
            }
        }
    }
}
