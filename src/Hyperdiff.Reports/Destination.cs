namespace Hyperdiff.Reports;

/// <summary>Places that are written to: looked at before any work, and named where they fail.</summary>
internal static class Destination
{
    /// <summary>Makes the folder of a file, and throws where the file could not be written there.</summary>
    /// <exception cref="IOException">It could not.</exception>
    public static void RequireFile(string path) => At(path, "cannot be written", () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path);
        ReplacedFile.RequireWritable(path);
        return true;
    });

    /// <summary>Makes a folder, and throws where files could not be written there.</summary>
    /// <exception cref="IOException">They could not.</exception>
    public static void RequireFolder(string folder) => At(folder, "cannot be written", () =>
    {
        Directory.CreateDirectory(folder);
        ReplacedFile.RequireWritable(Path.Combine(folder, "events"));
        return true;
    });

    /// <summary>Does something with a file, and names it where that fails.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What failed.</param>
    /// <param name="work">Does it.</param>
    /// <exception cref="IOException">It failed.</exception>
    public static T At<T>(string path, string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new IOException($"{path}: {what}: {exception.Message.TrimEnd('.')}. Make room or give the right to write there, or choose another place.",
                exception);
        }
    }
}
