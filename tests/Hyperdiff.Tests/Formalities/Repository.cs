using System.Runtime.CompilerServices;

namespace Hyperdiff.Tests.Formalities;

/// <summary>Where the sources are that these tests were compiled from.</summary>
internal static class Repository
{
    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    private static readonly string[] s_folders = ["src", "generators", "tests", "examples", "bench"];

    /// <summary>All files of the project that a person wrote.</summary>
    public static IEnumerable<string> Sources => s_folders
        .Select(folder => Path.Combine(Root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.*s", SearchOption.AllDirectories))
        .Where(path => Path.GetExtension(path) is ".cs" or ".fs");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
