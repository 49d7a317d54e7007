using System.Reflection;
using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A number for a function over ranks: the same on all that run the same program.</summary>
/// <remarks>
/// Of the build of the program, the name of the function, and the types of what it takes: of what differs from rank to rank without the sizes. Not of its
/// equations, which may follow from the size of a share.
/// </remarks>
internal static class RankFingerprint
{
    private static readonly string s_build = (Assembly.GetEntryAssembly()?.ManifestModule.ModuleVersionId ?? Guid.Empty).ToString();

    /// <summary>The fingerprint, kept with the graph.</summary>
    public static ulong Of(string name, Graph graph) => graph.Derive(new Key(name), whole => new StrongBox<ulong>(Compute(name, whole))).Value;

    private static ulong Compute(string name, Graph graph)
    {
        IEnumerable<string> types = graph.InputTypes.Concat(graph.OutputTypes).Select(
            type => type.VariesAcross is null ? type.ToString() : $"{type.DType.Name()} of rank {type.Shape.Rank}");
        return RunningHash.Of(string.Join(';', types.Prepend(name).Prepend(s_build)));
    }

    private readonly record struct Key(string Name) : IDerivation<StrongBox<ulong>>;
}
