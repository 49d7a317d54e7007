using System.IO.Compression;

namespace Hyperdiff.Data.Tests;

/// <summary>A folder of one test, with what it writes.</summary>
public abstract class TemporaryFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("data-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string Written(string name, byte[] content)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    protected static byte[] Compressed(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return target.ToArray();
    }

    /// <summary>What the reader says against it, without the folder.</summary>
    protected string Refusal(Func<object> read) => Assert.Throws<DataException>(read).Message.Replace(Folder + Path.DirectorySeparatorChar, string.Empty);
}
