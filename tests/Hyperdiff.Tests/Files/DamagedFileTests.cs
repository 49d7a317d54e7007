using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Hyperdiff.Tests.Decompositions;

namespace Hyperdiff.Tests.Files;

/// <summary>
/// Files that were damaged or made to do harm: each gives the same numbers as before or the documented exceptions, takes memory and time in proportion to its
/// bytes, and nothing that fails harms an old file.
/// </summary>
public sealed class DamagedFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hyperdiff-damage-");

    /// <summary>Archives: as NumPy writes them, as this library does, stored and compressed.</summary>
    public static TheoryData<string> Archives =>
        [NumpySamples.Archive, NumpySamples.CompressedArchive, Written(CompressionLevel.NoCompression), Written(CompressionLevel.Optimal)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Archives))]
    public void EveryFlippedBit_OfAnArchive_ChangesNothingOrIsRefused(string sample)
    {
        byte[] whole = System.Convert.FromBase64String(sample);
        string? right = Contents(whole);
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] damaged = Flipped(whole, bit);
            Assert.True(Contents(damaged) is not { } read || read == right, $"bit {bit % 8} of byte {bit / 8}");
        }
    }

    [Theory]
    [MemberData(nameof(Archives))]
    public void EveryTruncation_OfAnArchive_IsRefused(string sample)
    {
        byte[] whole = System.Convert.FromBase64String(sample);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => NumpyFile.ReadArchive(new MemoryStream(whole[..length])));
        }

        Assert.Throws<InvalidDataException>(() => NumpyFile.ReadArchive(new MemoryStream([.. whole, 0])));
        Assert.Throws<InvalidDataException>(() => NumpyFile.ReadArchive(new MemoryStream([0, .. whole])));
    }

    [Theory]
    [InlineData(NumpySamples.Doubles)]
    [InlineData(NumpySamples.Singles)]
    [InlineData(NumpySamples.Integers)]
    [InlineData(NumpySamples.Masks)]
    [InlineData(NumpySamples.ColumnMajor)]
    [InlineData(NumpySamples.Version2)]
    [InlineData(NumpySamples.Version3)]
    public void EveryFlippedBit_OfTheHeadOfAnArray_ChangesNothingOrIsRefused(string sample)
    {
        byte[] whole = System.Convert.FromBase64String(sample);
        string? right = Single(whole);
        int start = Array.IndexOf(whole, (byte)'\n') + 1;
        for (int bit = 0; bit < 8 * start; bit++)
        {
            byte[] damaged = Flipped(whole, bit);

            // < and >, the two orders of bytes, are one bit apart, and both are right
            bool isOrder = whole[bit / 8] is (byte)'<' or (byte)'>' && damaged[bit / 8] is (byte)'<' or (byte)'>';
            Assert.True(isOrder || Single(damaged) is not { } read || read == right, $"bit {bit % 8} of byte {bit / 8}");
        }

        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Null(Single(whole[..length]));
        }

        Assert.Null(Single([.. whole, 0]));
    }

    [Fact]
    public void Garbage_IsRefused()
    {
        // HYPERDIFF_RANDOM_CASES=100000 tries more
        int cases = int.Parse(Environment.GetEnvironmentVariable("HYPERDIFF_RANDOM_CASES") ?? "300", CultureInfo.InvariantCulture);
        var random = new Random(17);
        byte[] archive = System.Convert.FromBase64String(Written(CompressionLevel.Optimal));
        string? right = Contents(archive);
        for (int i = 0; i < cases; i++)
        {
            byte[] bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            Assert.Null(Single(bytes));
            Assert.Null(Contents(bytes));

            // the same behind a good beginning, and a good archive with several bytes changed
            byte[] headed = [.. System.Convert.FromBase64String(NumpySamples.Doubles)[..(10 + random.Next(30))], .. bytes];
            Assert.Null(Single(headed));
            byte[] changed = [.. archive];
            for (int k = random.Next(1, 6); k > 0; k--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            Assert.True(Contents(changed) is not { } read || read == right, System.Convert.ToBase64String(changed));
        }
    }

    [Fact]
    public void SizesThatAreNotTrue_TakeNoMemory()
    {
        // an array of 1.9 GiB in an entry whose directory says the same
        byte[] header = Encoding.ASCII.GetBytes("{'descr': '<f8', 'fortran_order': False, 'shape': (250000000,), }");
        byte[] array = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0, .. header,
            .. Enumerable.Repeat((byte)' ', 117 - header.Length), (byte)'\n'];
        foreach (CompressionLevel level in (CompressionLevel[])[CompressionLevel.NoCompression, CompressionLevel.Optimal])
        {
            byte[] archive = Zip(("x.npy", array), level);
            int directory = Enumerable.Range(0, archive.Length - 4).Last(i => BinaryPrimitives.ReadUInt32LittleEndian(archive.AsSpan(i)) == 0x02014B50);
            BinaryPrimitives.WriteUInt32LittleEndian(archive.AsSpan(directory + 24), 2_000_000_128);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<InvalidDataException>(() => NumpyFile.ReadArchive(new MemoryStream(archive)));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 21);
        }
    }

    [Fact]
    public void ManyAxes_AreRefusedAtOnce()
    {
        byte[] text = Encoding.ASCII.GetBytes($"{{'descr': '<f8', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1,", 30_000))}), }}\n");
        byte[] size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, text.Length);
        byte[] file = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 2, 0, .. size, .. text, .. new byte[8]];
        Assert.Contains("more than 64 axes", Assert.Throws<InvalidDataException>(() => NumpyFile.Read(new MemoryStream(file))).Message,
            StringComparison.Ordinal);

        Tensor many = Tensor.Ones(new Shape([.. Enumerable.Repeat(1, 65)]));
        Assert.Throws<ArgumentException>(() => NumpyFile.Write(new MemoryStream(), many));
        NumpyFile.Write(PathOf("most.npy"), many.Squeeze(0));
        Assert.Equal(64, NumpyFile.Read(PathOf("most.npy")).Rank);
    }

    [Fact]
    public void BytesBehindAnArrayInAnArchive_AreRefused()
    {
        byte[] array = System.Convert.FromBase64String(NumpySamples.Doubles);
        Assert.Contains("the array ends after",
            Assert.Throws<InvalidDataException>(() => NumpyFile.ReadArchive(new MemoryStream(Zip(("x.npy", [.. array, 0]), CompressionLevel.Optimal)))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeWritten_LeavesTheOldFile()
    {
        foreach (string name in (string[])["x.npy", "x.npz"])
        {
            bool single = name == "x.npy";
            void Write(Tensor tensor)
            {
                if (single)
                {
                    NumpyFile.Write(PathOf(name), tensor);
                }
                else
                {
                    NumpyFile.WriteArchive(PathOf(name), [new("fine", Tensor.Arange(3)), new("x", tensor)]);
                }
            }

            Write(Tensor.Arange(5));
            byte[] old = File.ReadAllBytes(PathOf(name));
            Assert.Throws<InvalidOperationException>(() => Diff.Vmap((Tensor x) => { Write(x); return x; }, Tensor.Ones([2, 3])));
            Assert.Throws<ArgumentException>(() => Write(Tensor.Ones(new Shape([.. Enumerable.Repeat(1, 65)]))));
            Assert.Equal(old, File.ReadAllBytes(PathOf(name)));
            Assert.Equal([name], _folder.EnumerateFiles().Select(file => file.Name));
            File.Delete(PathOf(name));
        }
    }

    [Fact]
    public void ALinkedFile_IsReplacedWhereItLies()
    {
        NumpyFile.Write(PathOf("real.npy"), Tensor.Arange(2));
        File.CreateSymbolicLink(PathOf("link.npy"), "real.npy");
        NumpyFile.Write(PathOf("link.npy"), Tensor.Arange(3));
        Assert.Equal(3, NumpyFile.Read(PathOf("real.npy")).Count);
        Assert.Equal("real.npy", new FileInfo(PathOf("link.npy")).LinkTarget);
    }

    [Fact]
    public void AFullDevice_IsAnIOException()
    {
        if (File.Exists("/dev/full"))
        {
            Assert.Throws<IOException>(() => NumpyFile.Write("/dev/full", Tensor.Arange(5)));
        }
    }

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        byte[] flipped = [.. bytes];
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    private static string Written(CompressionLevel compression)
    {
        var stream = new MemoryStream();
        NumpyFile.WriteArchive(stream,
            [new("w", Tensor.From([1.5, -2, 3])), new("n/ä", Tensor.From(new int[,] { { 1, 2 }, { 3, 4 } })), new("e", Tensor.Zeros([0]))], compression);
        return System.Convert.ToBase64String(stream.ToArray());
    }

    private static byte[] Zip((string Name, byte[] Content) entry, CompressionLevel level)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream content = archive.CreateEntry(entry.Name, level).Open();
            content.Write(entry.Content);
        }

        return stream.ToArray();
    }

    // everything in an archive as text; null if it is refused with one of the documented exceptions
    private static string? Contents(byte[] archive)
    {
        try
        {
            return string.Join(';', NumpyFile.ReadArchive(new MemoryStream(archive)).Select(pair => $"{pair.Key} {Text(pair.Value)}"));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private string? Single(byte[] array)
    {
        File.WriteAllBytes(PathOf("one.npy"), array);
        try
        {
            return Text(NumpyFile.Read(PathOf("one.npy")));
        }
        catch (Exception exception) when (exception is InvalidDataException or DTypeMismatchException)
        {
            Assert.Contains(PathOf("one.npy"), exception.Message, StringComparison.Ordinal);
            return null;
        }
    }

    private static string Text(Tensor tensor) => $"{tensor.Type} {string.Join(' ', tensor.ToDoubles().Select(BitConverter.DoubleToInt64Bits))}";

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
