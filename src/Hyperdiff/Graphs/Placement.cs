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
}
