namespace Hyperdiff.Graphs;

/// <summary>Work on concrete tensors, outside any trace: at once, on the backend that owns them.</summary>
internal static class Eager
{
    public static Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands) =>
        primitive is Operation operation && Folded(operation, operands) is { } uniform
        ? [uniform]
        : BackendOf(primitive.Name, operands).Execute(primitive, operands);

    /// <summary>The one backend that owns all operands.</summary>
    /// <exception cref="InvalidOperationException">They live on different ones.</exception>
    public static IBackend BackendOf(string what, ReadOnlySpan<Tensor> operands)
    {
        IBackend? found = null;
        foreach (Tensor operand in operands)
        {
            // a repeated scalar lives nowhere, so it goes with every backend
            if (operand.Storage is UniformStorage)
            {
                continue;
            }

            IBackend owner = operand.Storage is BackendStorage storage ? storage.Owner : HostExecution.Backend;
            if (found is not null && !ReferenceEquals(found, owner))
            {
                throw new InvalidOperationException($"{what}: operands live on {found.Name} and on {owner.Name}; copy them to one backend first.");
            }

            found = owner;
        }

        return found ?? HostExecution.Backend;
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
