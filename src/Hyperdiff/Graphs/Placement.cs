namespace Hyperdiff.Graphs;

/// <summary>Where elements lie.</summary>
internal static class Placement
{
    /// <summary>The backend that owns the memory; null for the host, for repeated scalars, which lie nowhere, and for values of graphs.</summary>
    public static IBackend? OwnerOf(TensorStorage storage) => storage switch
    {
        BackendStorage owned => owned.Owner,
        StackedRows { Rows: [var row, ..] } => OwnerOf(row.Storage),
        _ => null,
    };

    /// <summary>What is read again and again, brought to where that is done, once.</summary>
    /// <param name="backend">Where it is read.</param>
    /// <param name="tensor">A tensor of any shape; repeated scalars stay what they are.</param>
    public static Tensor On(IBackend backend, Tensor tensor) => tensor.Storage is not UniformStorage && OwnerOf(tensor.Storage) is null
        ? backend.Place(tensor) : tensor;

    /// <summary>Memory that a loop has written to for the last time: a tensor like any other from now on.</summary>
    public static Tensor Finished(Tensor tensor) => tensor.Storage is HostStorage { IsReused: true } ? Tensor.FromHost(tensor.Read()) : tensor;

    /// <summary>A result for something: where that lies, if the result was computed on the host.</summary>
    /// <param name="of">What it belongs to, such as the leaf that it is the gradient in.</param>
    /// <param name="result">The result.</param>
    public static Tensor Beside(Tensor of, Tensor result) =>
        result.Storage is HostStorage && OwnerOf(of.Storage) is { } owner ? owner.Place(result) : result;
}
