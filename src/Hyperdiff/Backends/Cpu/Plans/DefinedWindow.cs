namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Computes a sum over windows by its definition, with all that windows see written out.</summary>
/// <param name="plan">The plan of the definition.</param>
/// <param name="inputs">The slots of its inputs, and their shapes there.</param>
internal sealed class DefinedWindow(Lazy<Plan> plan, (int Slot, Shape Shape)[] inputs)
{
    /// <summary>Writes the result.</summary>
    public void Run<T>(Frame frame, int result)
        where T : unmanaged
    {
        Tensor[] operands = [.. inputs.Select(input => Tensor.FromHost(frame.Values[input.Slot].Reshaped(input.Shape)))];
        plan.Value.Run(operands)[0].Read().AsSpan<T>().CopyTo(frame.Values[result].AsSpan<T>());
    }
}
