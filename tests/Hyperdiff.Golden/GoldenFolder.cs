using Hyperdiff.Graphs;

namespace Hyperdiff.Golden;

/// <summary>The folder of golden hypergradients beside the checkout, for tests that compute them on other backends.</summary>
public static class GoldenFolder
{
    /// <summary>Why there is nothing to compare with; null if there is.</summary>
    public static string? Missing => Directory.Exists(Path) ? null : "there is no folder ../shared/golden beside the checkout";

    private static string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(Root(), "..", "shared", "golden"));

    /// <summary>Every comparison, computed on a backend.</summary>
    public static IEnumerable<GoldenCase> On(IBackend backend) => Directory.GetFiles(Path, "*.json").Order(StringComparer.Ordinal)
        .SelectMany(path => GoldenComparison.Of(GoldenFile.Read(path, backend)));

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Hyperdiff.sln")))
            {
                return folder.FullName;
            }
        }

        return AppContext.BaseDirectory;
    }
}
