namespace Hyperdiff.Graphs;

/// <summary>Work on concrete tensors, outside any trace: at once, on the backend that owns them.</summary>
internal static class Eager
{
    public static Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        try
        {
            return primitive is Operation operation && Folded(operation, operands) is { } uniform
                ? Replication.Results(primitive, operands, [uniform])
                : Replication.Results(primitive, operands, BackendOf(primitive.Name, operands).Execute(primitive, operands));
        }
        catch (OutOfMemoryException exception) when (exception is not InsufficientMemoryException)
        {
            throw Room.Exhausted($"{primitive.Name} of {string.Join(", ", operands.ToArray().Select(operand => operand.Type))}", exception);
        }
    }

    /// <summary>The backend that operands are computed on: the one that owns them. Host memory and repeated scalars go with any.</summary>
    /// <exception cref="InvalidOperationException">Two backends own some, neither of them the host's.</exception>
    public static IBackend BackendOf(string what, ReadOnlySpan<Tensor> operands)
    {
        IBackend? found = null;
        foreach (Tensor operand in operands)
        {
            if (Placement.OwnerOf(operand.Storage) is not { } owner || ReferenceEquals(found, owner))
            {
                continue;
            }

            found = found is null ? owner : throw new InvalidOperationException(
                $"{what}: operands live on {found.Name} and on {owner.Name}; bring them to one of them first: tensor.To(backend).");
        }

        return found ?? HostExecution.Backend;
    }

    /// <summary>A tensor with the same elements, in memory of its own on the same backend.</summary>
    public static Tensor Copy(Tensor tensor)
    {
        Tensor copy = BackendOf("a copy", [tensor]).Allocate(tensor.Type);
        copy.Overwrite(tensor);
        return copy;
    }

    // Constants stay constants: what is computed from repeated scalars alone is a repeated scalar, and takes no memory.
    private static Tensor? Folded(Operation operation, ReadOnlySpan<Tensor> operands)
    {
        var types = new TensorType[operands.Length];
        var scalars = new double[operands.Length];
        for (int i = 0; i < scalars.Length; i++)
        {
            if (operands[i].Storage is not UniformStorage uniform)
            {
                return null;
            }

            (types[i], scalars[i]) = (operands[i].Type, uniform.Value);
        }

        TensorType result = operation.InferResult(types);
        return operation.FoldUniform(types, scalars) is { } scalar ? Tensor.Full(result.Shape, scalar, result.DType) : null;
    }
}
