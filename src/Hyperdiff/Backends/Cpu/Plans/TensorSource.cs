namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>What leaves a plan as a tensor: an output, or an operand of a primitive that works on tensors.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Slot">The slot of its value: an input, the result of such a primitive, or memory allocated for this call alone.</param>
/// <param name="Constant">The number that it repeats instead, if it has no slot.</param>
internal readonly record struct TensorSource(TensorType Type, int Slot, double Constant)
{
    private const int NoSlot = -1;

    /// <summary>A constant.</summary>
    public TensorSource(TensorType type, double constant)
        : this(type, NoSlot, constant)
    {
    }

    /// <summary>The tensor of this call. What came as a tensor is handed through, under its type here.</summary>
    public Tensor Read(Frame frame)
    {
        if (Slot == NoSlot)
        {
            return Tensor.Full(Type.Shape, Constant, Type.DType).As(Type);
        }

        if (frame.Tensors[Slot] is { } tensor)
        {
            return tensor.As(Type);
        }

        tensor = Tensor.FromHost(frame.Values[Slot].Reshaped(Type.Shape)).As(Type);
        frame.Tensors[Slot] = tensor;
        return tensor;
    }

    /// <summary>Copies what stands here in this call to memory of the caller.</summary>
    public void CopyTo(Frame frame, HostArray destination)
    {
        if (Slot == NoSlot)
        {
            UniformStorage.Fill(destination, Constant);
        }
        else
        {
            (frame.Tensors[Slot] is { } tensor ? tensor.Read() : frame.Values[Slot]).CopyTo(destination);
        }
    }
}
