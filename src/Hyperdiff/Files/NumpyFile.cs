using System.IO.Compression;

namespace Hyperdiff;

/// <summary>Reads and writes tensors as NumPy's files: one in a <c>.npy</c> file, several with names in an <c>.npz</c> archive.</summary>
/// <remarks>
/// Read are float32, float64, int32 and bool, of both byte orders, row-major or column-major ("Fortran order"), with headers of versions 1 to 3. Other element
/// types are refused rather than converted: a file of int64 may hold numbers that int32 does not, and one of float16 was meant to be small. The message says
/// how to save them otherwise. Written are little-endian, row-major arrays of version 1, beside the file that they replace, which survives if writing fails.
/// What is read of a damaged file is an <see cref="InvalidDataException"/>: headers are checked to the last character, contents of archives by length and check
/// sum, and memory is taken as elements arrive. A single array has no check sum: flipped bits of its elements, or of its byte order, are other numbers. Source:
/// Kern and others, "NEP 1 — A simple file format for NumPy arrays", and the documentation of numpy.lib.format.
/// </remarks>
public static class NumpyFile
{
    /// <summary>The entry of an archive that says what its arrays are, if Hyperdiff wrote it as more than arrays; NumPy hands it out as bytes.</summary>
    internal const string HeaderName = "hyperdiff.json";

    private const string Extension = ".npy";

    // what NumPy writes: an archive of the same arrays has the same bytes
    private static readonly DateTimeOffset s_noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads the tensor in a <c>.npy</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">This is not such a file, or it is cut off, or holds more than one array.</exception>
    /// <exception cref="DTypeMismatchException">Its elements are of a type that tensors do not have.</exception>
    public static Tensor Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = ReplacedFile.Open(path);
        Tensor tensor = NumpyArray.Read(stream, path, stream.Length);
        return stream.Position == stream.Length
            ? tensor
            : throw new InvalidDataException(
                $"{path}: {stream.Length - stream.Position} bytes follow the array; if there are several in the file, "
                    + "read them one after the other from a stream.");
    }

    /// <summary>Reads the next tensor of a stream, and leaves the stream behind it.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="InvalidDataException">No array begins here, or it is cut off.</exception>
    /// <exception cref="DTypeMismatchException">Its elements are of a type that tensors do not have.</exception>
    public static Tensor Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return NumpyArray.Read(stream, NameOf(stream), stream.CanSeek ? stream.Length - stream.Position : null);
    }

    /// <summary>Writes a tensor to a <c>.npy</c> file; one that exists is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor, of any shape.</param>
    /// <exception cref="ArgumentException">It has more than 64 axes, which NumPy does not read.</exception>
    /// <exception cref="InvalidOperationException">It is traced, and has no value.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one is as it was.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensor);
        HostArray array = tensor.Read();
        byte[] header = NumpyHeader.Write(array.Type);
        ReplacedFile.Write(path, stream => NumpyArray.Write(stream, header, array));
    }

    /// <summary>Writes a tensor to a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="tensor">The tensor, of any shape.</param>
    public static void Write(Stream stream, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensor);
        HostArray array = tensor.Read();
        NumpyArray.Write(stream, NumpyHeader.Write(array.Type), array);
    }

    /// <summary>Reads the tensors of an <c>.npz</c> archive by their names.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">This is not such an archive, or an array is cut off, or has the name of another.</exception>
    /// <exception cref="DTypeMismatchException">Elements are of a type that tensors do not have.</exception>
    public static IReadOnlyDictionary<string, Tensor> ReadArchive(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = ReplacedFile.Open(path);
        return ReadArchive(stream, path).Tensors;
    }

    /// <summary>Reads the tensors of an <c>.npz</c> archive by their names.</summary>
    /// <param name="stream">The stream, which is read from its position to its end.</param>
    /// <inheritdoc cref="ReadArchive(string)" path="/*[not(self::param)]"/>
    public static IReadOnlyDictionary<string, Tensor> ReadArchive(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadArchive(stream, NameOf(stream)).Tensors;
    }

    /// <summary>Writes tensors to an <c>.npz</c> archive; one that exists is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by their names.</param>
    /// <param name="compression">How hard to compress; as <c>numpy.savez</c>, not at all, if it is not given.</param>
    /// <exception cref="ArgumentException">A name is empty, or occurs twice.</exception>
    public static void WriteArchive(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors,
        CompressionLevel compression = CompressionLevel.NoCompression)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (string, byte[], HostArray)[] named = Named(tensors);
        ReplacedFile.Write(path, stream => WriteArchive(stream, named, compression));
    }

    /// <summary>Writes an archive with a header, which stands first.</summary>
    internal static void WriteArchive(string path, byte[] header, IEnumerable<KeyValuePair<string, Tensor>> tensors, Disk? disk)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (string, byte[], HostArray)[] named = Named(tensors);
        ReplacedFile.Write(path, stream => WriteArchive(stream, named, CompressionLevel.NoCompression, header), disk);
    }

    /// <summary>Writes tensors to a stream as an <c>.npz</c> archive.</summary>
    /// <param name="stream">The stream.</param>
    /// <inheritdoc cref="WriteArchive(string, IEnumerable{KeyValuePair{string, Tensor}}, CompressionLevel)" path="/*[not(self::param)]"/>
    /// <param name="tensors">The tensors by their names.</param>
    /// <param name="compression">How hard to compress; as <c>numpy.savez</c>, not at all, if it is not given.</param>
    public static void WriteArchive(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors,
        CompressionLevel compression = CompressionLevel.NoCompression)
    {
        ArgumentNullException.ThrowIfNull(stream);
        WriteArchive(stream, Named(tensors), compression);
    }

    private static void WriteArchive(
        Stream stream, (string Name, byte[] Header, HostArray Array)[] named, CompressionLevel compression, byte[]? archiveHeader = null)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        if (archiveHeader is not null)
        {
            using Stream entry = Create(archive, HeaderName, compression);
            entry.Write(archiveHeader);
        }

        foreach ((string name, byte[] header, HostArray array) in named)
        {
            using Stream entry = Create(archive, name + Extension, compression);
            NumpyArray.Write(entry, header, array);
        }
    }

    private static Stream Create(ZipArchive archive, string name, CompressionLevel compression)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, compression);
        entry.LastWriteTime = s_noTime;
        return entry.Open();
    }

    /// <summary>An array of an archive, unless the check sum says that it was damaged: then that is said, not what the damage made of it.</summary>
    private static Tensor Intact(CheckedStream content, Func<Tensor> read)
    {
        Tensor tensor;
        try
        {
            tensor = read();
        }
        catch (DTypeMismatchException)
        {
            content.CopyTo(Stream.Null);
            content.RequireEnd();
            throw;
        }

        content.RequireEnd();
        return tensor;
    }

    /// <summary>Reads an archive and its header.</summary>
    internal static (Dictionary<string, Tensor> Tensors, byte[]? Header) ReadArchive(Stream stream, string name)
    {
        if (!stream.CanSeek)
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return ReadArchive(copy, name);
        }

        byte[]? header = null;
        var tensors = new Dictionary<string, Tensor>();
        var archive = ZipReader.Open(stream, name);
        foreach (ZipReader.ZipItem entry in archive.Entries)
        {
            string source = $"{name}, {entry.Name}";
            if (entry.Name == HeaderName && header is null)
            {
                using CheckedStream text = archive.Open(entry);
                using var copy = new MemoryStream();
                text.CopyTo(copy);
                text.RequireEnd();
                header = copy.ToArray();
                continue;
            }

            if (!entry.Name.EndsWith(Extension, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{source}: an archive of arrays has entries that end in {Extension}; take this one out.");
            }

            using CheckedStream content = archive.Open(entry);
            Tensor tensor = Intact(content, () => NumpyArray.Read(content, source, entry.IsDeflated ? null : entry.Length));
            if (!tensors.TryAdd(entry.Name[..^Extension.Length], tensor))
            {
                throw new InvalidDataException($"{source}: the archive has two arrays of this name; rename one.");
            }
        }

        return (tensors, header);
    }

    // all tensors are read before anything is written, so that one which has no value destroys no file
    private static (string Name, byte[] Header, HostArray Array)[] Named(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var named = new List<(string, byte[], HostArray)>();
        var names = new HashSet<string>();
        foreach ((string name, Tensor tensor) in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
            if (string.IsNullOrEmpty(name) || !names.Add(name))
            {
                throw new ArgumentException($"NumpyFile.WriteArchive: the name '{name}' is empty or occurs twice; every tensor takes a name of its own.",
                    nameof(tensors));
            }

            HostArray array = tensor.Read();
            named.Add((name, NumpyHeader.Write(array.Type), array));
        }

        return [.. named];
    }

    private static string NameOf(Stream stream) => stream is FileStream file ? file.Name : "stream";
}
