namespace Hyperdiff.Tests.Formalities;

/// <summary>Where the sources are that these tests were compiled from.</summary>
internal static class Repository
{
    /// <summary>The root of the checkout: the folder above this assembly that holds the solution. (Paths in the assembly are no help: a reproducible build maps
    /// them.)</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    private static readonly string[] s_folders = ["src", "generators", "tests", "examples", "bench"];

    /// <summary>All files of the project that a person wrote.</summary>
    public static IEnumerable<string> Sources => s_folders
        .Select(folder => Path.Combine(Root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.*s", SearchOption.AllDirectories))
        .Where(path => Path.GetExtension(path) is ".cs" or ".fs");

    private static string Above(string folder) => File.Exists(Path.Combine(folder, "Hyperdiff.sln"))
        ? folder
        : Above(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Hyperdiff.sln."));
}
