namespace Hyperdiff;

/// <summary>The three things by which a file is replaced, each of which may fail.</summary>
internal class Disk
{
    /// <summary>The disk of the system.</summary>
    public static Disk System { get; } = new();

    /// <summary>A new file.</summary>
    public virtual Stream Create(string path) => new FileStream(path, FileMode.CreateNew, FileAccess.Write);

    /// <summary>Brings what was written to the disk.</summary>
    public virtual void Flush(Stream stream)
    {
        stream.Flush();
        (stream as FileStream)?.Flush(flushToDisk: true);
    }

    /// <summary>Gives a file the name of another one, which is gone then: both at once.</summary>
    public virtual void Replace(string from, string to) => File.Move(from, to, overwrite: true);
}
