namespace Hyperdiff.Reports;

/// <summary>Places that are written to: looked at before any work, and named where they fail.</summary>
internal static class Destination
{
    /// <summary>Makes the folder of a file, and throws where a file could not be written there.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static void RequireFile(string path) => RequireFolder(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path, path);

    /// <summary>Makes a folder, and throws where files could not be written there.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static void RequireFolder(string folder, string path) => At(path, "cannot be written", () =>
    {
        Directory.CreateDirectory(folder);
        if (Directory.Exists(path) && path != folder)
        {
            throw new IOException("there is a folder of this name");
        }

        string probe = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
        using FileStream stream = new(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        return stream;
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
