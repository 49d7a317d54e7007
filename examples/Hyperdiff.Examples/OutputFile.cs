namespace Hyperdiff.Examples;

/// <summary>A file of results: made beside the one that may exist, which it replaces when it is complete. A run that fails or is interrupted leaves the old one
/// as it was.</summary>
public sealed class OutputFile : IDisposable
{
    private readonly string _target;
    private readonly string? _beside;
    private readonly StreamWriter _writer;
    private bool _kept;

    private OutputFile(string target, string? beside)
    {
        (_target, _beside) = (target, beside);
        _writer = new StreamWriter(new FileStream(beside ?? target, beside is null ? FileMode.Open : FileMode.CreateNew, FileAccess.Write));
    }

    /// <summary>Where the file is going to be.</summary>
    public string Path => _target;

    /// <summary>Opens a file before the work begins, so that a path that cannot be written costs nothing. Its folder is made if it is missing.</summary>
    /// <param name="option">The option that gives the path, for messages.</param>
    /// <param name="path">The path; of a link, what it points to is written.</param>
    /// <param name="input">A file that is read, which it must not be; null if there is none.</param>
    /// <exception cref="OutputException">It cannot be written, or is the input.</exception>
    public static OutputFile Open(string option, string path, string? input = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            string target = Final(path);
            if (input is not null && Final(input) == target)
            {
                throw new OutputException($"{option} {path}: this is the file of the data; name another");
            }

            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target) ?? target);
            bool isDevice = !OperatingSystem.IsWindows() && target.StartsWith("/dev/", StringComparison.Ordinal);
            return Directory.Exists(target)
                ? throw new OutputException($"{option} {path}: this is a folder; name a file")
                : new OutputFile(target, isDevice ? null : $"{target}.{Guid.NewGuid():N}.tmp");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new OutputException($"{option} {path}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Writes the content, and puts it where the old file was.</summary>
    /// <param name="write">Writes it.</param>
    /// <exception cref="OutputException">The disk is full, or the file may not be replaced; the old one is as it was.</exception>
    public void Keep(Action<TextWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            write(_writer);
            _writer.Flush();
            _writer.Dispose();
            if (_beside is not null)
            {
                File.Move(_beside, _target, overwrite: true);
            }

            _kept = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{_target}: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Removes what was not kept.</summary>
    public void Dispose()
    {
        if (_kept)
        {
            return;
        }

        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // what cannot be written is not wanted either
        }

        if (_beside is not null)
        {
            File.Delete(_beside);
        }
    }

    // without links and relative parts, so that two names of one file are equal; a link in the middle of a path is resolved folder by folder
    private static string Final(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        string? folder = System.IO.Path.GetDirectoryName(full);
        string there = folder is null ? full : System.IO.Path.Combine(Final(folder), System.IO.Path.GetFileName(full));
        FileSystemInfo entry = Directory.Exists(there) ? new DirectoryInfo(there) : new FileInfo(there);
        return entry.LinkTarget is null ? there : Final(entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
