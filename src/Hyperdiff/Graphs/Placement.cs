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

    /// <summary>A result for something: where that lies, if the result was computed on the host.</summary>
    /// <param name="of">What it belongs to, such as the leaf that it is the gradient in.</param>
    /// <param name="result">The result.</param>
    public static Tensor Beside(Tensor of, Tensor result) =>
        result.Storage is HostStorage && OwnerOf(of.Storage) is { } owner ? owner.Place(result) : result;
}
