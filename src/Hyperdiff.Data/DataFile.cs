namespace Hyperdiff.Data;

/// <summary>Opens files of data: what is compressed by gzip is decompressed, and what the file system, or the compression, says against it is a
/// <see cref="DataException"/>.</summary>
internal static class DataFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Takes its content, and how many bytes it has, if that is known: not of what is compressed.</param>
    public static T Read<T>(string path, Func<Stream, long?, T> read)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
        {
            throw DataException.Of(path, "this is a folder; name a file");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            using var content = GzipContent.Of(file);
            return content is null ? read(file, file.CanSeek ? file.Length : null) : read(content, null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw DataException.Of(path, "no such file", exception);
        }
        catch (InvalidDataException exception)
        {
            throw DataException.Of(path, $"damaged: {OneLine(exception)}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DataException.Of(path, OneLine(exception), exception);
        }
    }

    public static string OneLine(Exception exception) => exception.Message.Split('\n', '\r')[0];
}
