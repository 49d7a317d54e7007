namespace Hyperdiff.Graphs;

/// <summary>Compiles graphs and runs them.</summary>
/// <remarks>A backend with memory of its own, such as a GPU's, derives from <see cref="DeviceBackend"/>.</remarks>
public interface IBackend
{
    /// <summary>The name in messages and reports, with the choices that were made: <c>cpu (OpenBLAS 0.3.21, 2 threads)</c>.</summary>
    string Name { get; }

    /// <summary>Plans a graph. Compiling is pure: the plan depends on the graph alone.</summary>
    IExecutable Compile(Graph graph);

    /// <summary>Applies one primitive to concrete operands, outside any graph.</summary>
    Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands);

    /// <summary>Memory that <see cref="IExecutable.RunInto"/> writes to, as a tensor whose elements are anything until then.</summary>
    /// <param name="type">Element type and shape.</param>
    Tensor Allocate(TensorType type);

    /// <summary>The same, its elements zeros.</summary>
    /// <param name="type">Element type and shape.</param>
    Tensor AllocateZeros(TensorType type)
    {
        Tensor memory = Allocate(type);
        memory.Overwrite(Tensor.Zeros(type.Shape, type.DType));
        return memory;
    }

    /// <summary>A tensor with the same elements in memory of this backend; the tensor itself if it lies there already.</summary>
    /// <param name="tensor">A concrete tensor of any shape, on any backend.</param>
    Tensor Place(Tensor tensor);
}
