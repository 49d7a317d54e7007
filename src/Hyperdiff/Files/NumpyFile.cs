using System.IO.Compression;

namespace Hyperdiff;

/// <summary>Tensors in files of NumPy: one in a <c>.npy</c> file, several with names in an <c>.npz</c> archive.</summary>
/// <remarks>
/// Read are float32, float64, int32 and bool, of both byte orders, row-major or column-major ("Fortran order"), with headers of versions 1 to 3. Other element types are
/// refused rather than converted: a file of int64 may hold numbers that int32 does not, and one of float16 was meant to be small. The message says how to save
/// them otherwise. Written are little-endian, row-major arrays of version 1. Source: Kern and others, "NEP 1 — A simple file format for NumPy arrays", and the documentation of numpy.lib.format.
/// </remarks>
public static class NumpyFile
{
    private const string Extension = ".npy";

    /// <summary>Reads the tensor in a <c>.npy</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">This is no such file, or it is cut off, or holds more than one array.</exception>
    /// <exception cref="DTypeMismatchException">Its elements are of a type that tensors do not have.</exception>
    public static Tensor Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        Tensor tensor = NumpyArray.Read(stream, path, stream.Length);
        return stream.Position == stream.Length
            ? tensor
            : throw new InvalidDataException($"{path}: {stream.Length - stream.Position} bytes follow the array; if there are several in the file, read them one after the other from a stream.");
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

    /// <summary>Writes a tensor to a <c>.npy</c> file, in the place of one that may exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor.</param>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensor);
        using FileStream stream = File.Create(path);
        Write(stream, tensor);
    }

    /// <summary>Writes a tensor to a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="tensor">The tensor.</param>
    public static void Write(Stream stream, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensor);
        NumpyArray.Write(stream, tensor.Read());
    }

    /// <summary>Reads the tensors of an <c>.npz</c> archive by their names.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">This is no such archive, or an array is cut off, or has the name of another.</exception>
    /// <exception cref="DTypeMismatchException">Elements are of a type that tensors do not have.</exception>
    public static IReadOnlyDictionary<string, Tensor> ReadArchive(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        return ReadArchive(stream, path);
    }

    /// <summary>Reads the tensors of an <c>.npz</c> archive by their names.</summary>
    /// <param name="stream">The stream, which is read from its position to its end.</param>
    /// <inheritdoc cref="ReadArchive(string)"/>
    public static IReadOnlyDictionary<string, Tensor> ReadArchive(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadArchive(stream, NameOf(stream));
    }

    /// <summary>Writes tensors to an <c>.npz</c> archive, in the place of one that may exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by their names.</param>
    /// <param name="compression">How hard to compress; as <c>numpy.savez</c>, not at all, if it is not given.</param>
    /// <exception cref="ArgumentException">A name is empty, or occurs twice.</exception>
    public static void WriteArchive(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        KeyValuePair<string, Tensor>[] named = Named(tensors);
        using FileStream stream = File.Create(path);
        WriteArchive(stream, named, compression);
    }

    /// <summary>Writes tensors to a stream as an <c>.npz</c> archive.</summary>
    /// <param name="stream">The stream.</param>
    /// <inheritdoc cref="WriteArchive(string, IEnumerable{KeyValuePair{string, Tensor}}, CompressionLevel)"/>
    /// <param name="tensors">The tensors by their names.</param>
    /// <param name="compression">How hard to compress; as <c>numpy.savez</c>, not at all, if it is not given.</param>
    public static void WriteArchive(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        ArgumentNullException.ThrowIfNull(stream);
        KeyValuePair<string, Tensor>[] named = Named(tensors);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, Tensor tensor) in named)
        {
            using Stream entry = archive.CreateEntry(name + Extension, compression).Open();
            Write(entry, tensor);
        }
    }

    private static Dictionary<string, Tensor> ReadArchive(Stream stream, string name)
    {
        var tensors = new Dictionary<string, Tensor>();
        using ZipArchive archive = Open(stream, name);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string source = $"{name}, {entry.FullName}";
            if (!entry.FullName.EndsWith(Extension, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{source}: an archive of arrays has entries that end in {Extension}; take this one out.");
            }

            using Stream content = entry.Open();
            if (!tensors.TryAdd(entry.FullName[..^Extension.Length], NumpyArray.Read(content, source, entry.Length)))
            {
                throw new InvalidDataException($"{source}: the archive has two arrays of this name; rename one.");
            }
        }

        return tensors;
    }

    private static ZipArchive Open(Stream stream, string name)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{name}: this is no .npz archive, or it is cut off; a single array is read by NumpyFile.Read.", exception);
        }
    }

    private static KeyValuePair<string, Tensor>[] Named(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        KeyValuePair<string, Tensor>[] named = [.. tensors];
        var names = new HashSet<string>();
        foreach ((string name, Tensor tensor) in named)
        {
            ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
            if (string.IsNullOrEmpty(name) || !names.Add(name))
            {
                throw new ArgumentException($"NumpyFile.WriteArchive: the name '{name}' is empty or occurs twice; every tensor takes a name of its own.", nameof(tensors));
            }
        }

        return named;
    }

    private static string NameOf(Stream stream) => stream is FileStream file ? file.Name : "stream";
}
