using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu;

/// <summary>The transpose of a matrix, or of every matrix of a batch: written out when somebody reads it, which a matrix product does not, for it reads the
/// matrix itself.</summary>
/// <remarks>The matrix is kept also after that, so that a product has the same bits whether somebody read the transpose before or not.</remarks>
/// <param name="source">The matrices, in host memory that nobody writes to.</param>
/// <param name="transpose">What exchanges their axes.</param>
/// <param name="resources">What it is written out with.</param>
internal sealed class TransposedStorage(Tensor source, Permute transpose, CpuResources resources) : HostStorage(default)
{
    private Tensor? _written;

    private Tensor Source => source;

    /// <summary>A matrix, and whether it stands for its transpose: what a tensor is a transpose of, or the tensor as it is.</summary>
    public static (Tensor Matrix, bool IsTransposed) Undone(Tensor tensor) => tensor.Storage is TransposedStorage stored && stored.Stands(tensor.Shape)
        ? (stored.Source, true) : (tensor, false);

    /// <inheritdoc/>
    public override HostArray Read(TensorType type)
    {
        // two threads may both write it out, and get the same elements
        HostArray written = (_written ??= resources.SingleOperations.Run(transpose, source)).Read();
        return new HostArray(type, written.Data, written.Offset);
    }

    /// <inheritdoc/>
    internal override TensorStorage PartOf(TensorType whole, TensorType part, int offset)
    {
        HostArray all = Read(whole);
        return new HostStorage(new HostArray(part, all.Data, all.Offset + offset));
    }

    // the same memory may stand behind a tensor of another shape
    private bool Stands(Shape shape) => transpose.InferResult([source.Type]).Shape == shape;
}
