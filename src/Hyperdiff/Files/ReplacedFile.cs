namespace Hyperdiff;

/// <summary>Writes files whole or not at all: beside the old one, which is replaced when everything is on the disk. A full disk, an exception or an
/// interruption leaves the old file as it was.</summary>
internal static class ReplacedFile
{
    private const string Suffix = ".tmp";

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where; of a link, what it points to. What cannot be replaced, as a device, is written to directly.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="disk">How files are written; as the system does if absent.</param>
    public static void Write(string path, Action<Stream> write, Disk? disk = null)
    {
        disk ??= Disk.System;
        string target = new FileInfo(path) is { LinkTarget: not null } link
            ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);
        if (IsDevice(target))
        {
            using FileStream device = new(target, FileMode.Open, FileAccess.Write);
            write(device);
            device.Flush();
            return;
        }

        string beside = Beside(target);
        try
        {
            using (Stream stream = disk.Create(beside))
            {
                write(stream);
                disk.Flush(stream);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
            }

            disk.Replace(beside, target);
        }
        catch (Exception exception)
        {
            File.Delete(beside);
            if (exception is not (IOException or UnauthorizedAccessException))
            {
                throw;
            }

            // of the file that was asked for, not of the one beside it
            throw new IOException($"{path}: it cannot be written, and stays as it was: {exception.Message}", exception);
        }
    }

    /// <summary>Opens a file to be read.</summary>
    /// <exception cref="IOException">There is none, it may not be read, or it is a folder.</exception>
    public static FileStream Open(string path) =>
        Directory.Exists(path) ? throw new IOException($"{path}: this is a folder, not a file.") : File.OpenRead(path);

    /// <summary>Throws unless a file can be written in the folder of a path, before any work is done for it; and clears what writers of the path that were
    /// killed have left beside it.</summary>
    /// <param name="path">The file, which need not be there.</param>
    /// <exception cref="IOException">It cannot.</exception>
    public static void RequireWritable(string path)
    {
        string target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(target) ?? throw new IOException($"{path}: this is a folder, not a file.");
        if (Directory.Exists(target))
        {
            throw new IOException($"{path}: this is a folder, not a file.");
        }

        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{path}: there is no folder {folder}; make it first.");
        }

        try
        {
            string probe = Beside(target);
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
            }

            string name = Path.GetFileName(target);
            foreach (string left in Directory.EnumerateFiles(folder, $"{name}.*{Suffix}"))
            {
                if (Guid.TryParseExact(Path.GetFileName(left)[(name.Length + 1)..^Suffix.Length], "N", out _))
                {
                    File.Delete(left);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: files cannot be written in {folder}: {exception.Message}", exception);
        }
    }

    private static string Beside(string target) => $"{target}.{Guid.NewGuid():N}{Suffix}";

    private static bool IsDevice(string path) => !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));
}
