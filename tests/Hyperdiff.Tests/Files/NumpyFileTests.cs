using System.IO.Compression;
using System.Text;

namespace Hyperdiff.Tests.Files;

public sealed class NumpyFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hyperdiff-numpy-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_GivesTheArraysThatNumpyWrote()
    {
        AssertTensor<double>([2, 3], [1.5, -2.25, 3e300, -0.0, double.PositiveInfinity, 5e-324], NumpySamples.Doubles);
        AssertTensor<float>([2, 2], [1.5f, -2.25f, 0.1f, float.PositiveInfinity], NumpySamples.Singles);
        AssertTensor([2, 3], [1, -2, int.MaxValue, int.MinValue, 0, 7], NumpySamples.Integers);
        AssertTensor([3], [true, false, true], NumpySamples.Masks);
        AssertTensor([], [2.5], NumpySamples.Scalar);
        AssertTensor<float>([0, 3], [], NumpySamples.Empty);
        AssertTensor([2], [1, 2], NumpySamples.Version2);
        AssertTensor([2], [1, 2], NumpySamples.Version3);
    }

    [Fact]
    public void Read_OfTheOtherOrderOfElementsOrBytes_GivesTheSameNumbers()
    {
        AssertTensor([2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (double)i)], NumpySamples.ColumnMajor);
        AssertTensor<double>([2, 3], [1.5, -2.25, 3e300, -0.0, double.PositiveInfinity, 5e-324], NumpySamples.BigDoubles);
        AssertTensor([2], [1.5f, -2.25f], NumpySamples.BigSingles);
        AssertTensor([2], [1, -2], NumpySamples.BigIntegers);
    }

    [Fact]
    public void Read_OfAMaskWithOtherBytesThanOne_GivesTrue()
    {
        byte[] bytes = Bytes(NumpySamples.Masks);
        bytes[^1] = 200;

        // a byte of 200 as a truth value of C# would be unequal to true
        Assert.Equal([1, 0, 1], NumpyFile.Read(new MemoryStream(bytes)).To(DType.Int32).ToArray<int>());
        Assert.True(NumpyFile.Read(new MemoryStream(bytes)).AsSpan<bool>()[2] == true);
        Assert.Equal(1, System.Runtime.InteropServices.MemoryMarshal.AsBytes(NumpyFile.Read(new MemoryStream(bytes)).AsSpan<bool>())[2]);
    }

    [Theory]
    [InlineData(NumpySamples.Doubles)]
    [InlineData(NumpySamples.Singles)]
    [InlineData(NumpySamples.Integers)]
    [InlineData(NumpySamples.Masks)]
    [InlineData(NumpySamples.Scalar)]
    [InlineData(NumpySamples.Empty)]
    public void Write_GivesTheBytesThatNumpyWrites(string sample)
    {
        var stream = new MemoryStream();
        NumpyFile.Write(stream, NumpyFile.Read(new MemoryStream(Bytes(sample))));

        // NumPy leaves room in the header for a growing first axis: more spaces than are needed, never fewer elements
        (byte[] expected, byte[] written) = (Bytes(sample), stream.ToArray());
        Assert.Equal(Text(expected), Text(written));
        Assert.Equal(expected[Start(expected)..], written[Start(written)..]);
        Assert.Equal(0, Start(written) % 64);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Bool)]
    public void File_OfMoreThanAChunk_ComesBackAsItWas(DType dtype)
    {
        string path = Path.Combine(_folder.FullName, "x.npy");
        Tensor x = (100 * RandomKey.FromSeed(1).Normal([3, 50_000])).To(dtype);
        NumpyFile.Write(path, Tensor.Zeros([100, 10_000]));
        NumpyFile.Write(path, x);

        Assert.Equal(x.Type, NumpyFile.Read(path).Type);
        Assert.Equal(x.To(DType.Float64).ToArray<double>(), NumpyFile.Read(path).To(DType.Float64).ToArray<double>());
    }

    [Fact]
    public void Stream_HoldsSeveralArrays_OneAfterTheOther()
    {
        var stream = new MemoryStream();
        NumpyFile.Write(stream, Tensor.Arange(3));
        NumpyFile.Write(stream, Tensor.Arange(12)[2..5]);
        stream.Position = 0;

        Assert.Equal([0, 1, 2], NumpyFile.Read(stream).ToArray<int>());
        Assert.Equal([2, 3, 4], NumpyFile.Read(stream).ToArray<int>());
    }

    [Theory]
    [InlineData(NumpySamples.Archive)]
    [InlineData(NumpySamples.CompressedArchive)]
    public void ReadArchive_GivesTheArraysThatNumpyWrote(string sample)
    {
        string path = Path.Combine(_folder.FullName, "x.npz");
        File.WriteAllBytes(path, Bytes(sample));

        foreach (IReadOnlyDictionary<string, Tensor> tensors in new[] { NumpyFile.ReadArchive(path), NumpyFile.ReadArchive(new MemoryStream(Bytes(sample))) })
        {
            Assert.Equal(["W", "labels"], tensors.Keys);
            Assert.Equal(new Shape(2, 2), tensors["W"].Shape);
            Assert.Equal([1.0, 2, 3, 4], tensors["W"].ToArray<double>());
            Assert.Equal([3, 1], tensors["labels"].ToArray<int>());
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Archive_ComesBackAsItWas(CompressionLevel compression)
    {
        string path = Path.Combine(_folder.FullName, "x.npz");
        var tensors = new Dictionary<string, Tensor>
        {
            ["a"] = Tensor.Ones([1000]),
            ["layer.0/weight"] = Tensor.Arange(4).Reshape(2, 2),
            ["ä"] = Tensor.Scalar(1) > 0
        };
        NumpyFile.WriteArchive(path, tensors, compression);
        IReadOnlyDictionary<string, Tensor> read = NumpyFile.ReadArchive(path);

        Assert.Equal(tensors.Keys, read.Keys);
        Assert.All(tensors, pair => Assert.Equal(pair.Value.Type, read[pair.Key].Type));
        Assert.Equal([0, 1, 2, 3], read["layer.0/weight"].ToArray<int>());
        Assert.Equal(compression == CompressionLevel.NoCompression, new FileInfo(path).Length > 8000);
    }

    [Theory]
    [InlineData(NumpySamples.LongIntegers, "elements of type i8", "array.astype(numpy.int32)")]
    [InlineData(NumpySamples.Bytes, "elements of type u1", "array.astype(numpy.int32)")]
    [InlineData(NumpySamples.Halves, "elements of type f2", "array.astype(numpy.float32)")]
    [InlineData(NumpySamples.Complex, "elements of type c16", "real and imaginary parts")]
    [InlineData(NumpySamples.Text, "elements of type U3", "save numbers")]
    [InlineData(NumpySamples.Records, "[('a', '<i4'), ('b', '<f8')]", "each field")]
    public void Read_OfAnotherElementType_ThrowsNamingFileTypeAndRemedy(string sample, string type, string remedy)
    {
        string path = Path.Combine(_folder.FullName, "x.npy");
        File.WriteAllBytes(path, Bytes(sample));

        string message = Assert.Throws<DTypeMismatchException>(() => NumpyFile.Read(path)).Message;
        Assert.All([path, type, remedy], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_OfDamagedFiles_ThrowsSayingWhatIsWrong()
    {
        byte[] whole = Bytes(NumpySamples.Doubles);
        AssertInvalid("begins with the bytes", Encoding.ASCII.GetBytes("a,b,c\n1,2,3\n"));
        AssertInvalid("begins with the bytes", []);
        AssertInvalid("NumpyFile.ReadArchive", Bytes(NumpySamples.Archive));
        AssertInvalid("version 4.0", [.. whole[..6], 4, .. whole[7..]]);
        AssertInvalid("header of the array is damaged: it is cut off", whole[..100]);
        AssertInvalid("float64 [2, 3] is cut off", whole[..^1]);
        AssertInvalid("header of the array is damaged: it claims", [.. Bytes(NumpySamples.Version2)[..8], 255, 255, 255, 255]);
        AssertInvalid("it reads", Replaced(whole, "(2, 3)", "(2; 3)"));
        AssertInvalid("it reads", Replaced(whole, "False", "Maybe"));
        AssertInvalid("more than 2^31-1 elements", Replaced(whole, "(2, 3), }", "(200000, 200000), }"));
        AssertInvalid("more than 2^31-1 elements", Replaced(whole, "(2, 3), }", "(9999999999,)}"));

        // a damaged size asks for no memory that cannot be filled
        AssertInvalid("float64 [2000000000] is cut off", Replaced(whole, "(2, 3), }", "(2000000000,)}"));
        Assert.Equal(new Shape(2, 3), NumpyFile.Read(new MemoryStream(Replaced(whole, "(2, 3), }", "(2L, 3L,) }"))).Shape);
    }

    [Fact]
    public void Read_OfAFileWithMoreThanOneArray_Throws()
    {
        string path = Path.Combine(_folder.FullName, "x.npy");
        File.WriteAllBytes(path, [.. Bytes(NumpySamples.Doubles), 0]);

        Assert.Contains("1 bytes follow the array", Assert.Throws<InvalidDataException>(() => NumpyFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongArchives_ThrowNamingTheEntry()
    {
        Assert.Contains("NumpyFile.Read",
            Assert.Throws<InvalidDataException>(() => NumpyFile.ReadArchive(new MemoryStream(Bytes(NumpySamples.Doubles)))).Message, StringComparison.Ordinal);
        Assert.Contains("readme.txt", Assert.Throws<InvalidDataException>(() => NumpyFile.ReadArchive(Zip("readme.txt"))).Message, StringComparison.Ordinal);
        Assert.Contains("x.npy: the archive has two arrays", Assert.Throws<InvalidDataException>(() => NumpyFile.ReadArchive(Zip("x.npy", "x.npy"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("''", Assert.Throws<ArgumentException>(() => NumpyFile.WriteArchive(new MemoryStream(), [new("", Tensor.Scalar(1))])).Message,
            StringComparison.Ordinal);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(
            () => NumpyFile.WriteArchive(new MemoryStream(), [new("a", Tensor.Scalar(1)), new("a", Tensor.Scalar(2))])).Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string sample) => System.Convert.FromBase64String(sample);

    private static int Start(byte[] file) => Array.IndexOf(file, (byte)'\n') + 1;

    private static string Text(byte[] file) => Encoding.Latin1.GetString(file[10..Start(file)]).TrimEnd();

    private static byte[] Replaced(byte[] file, string old, string text)
    {
        // the header keeps its length: what is longer takes the place of spaces
        string all = Encoding.Latin1.GetString(file);
        string place = old.PadRight(text.Length);
        Assert.Contains(place, all, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(all.Replace(place, text, StringComparison.Ordinal));
    }

    private static MemoryStream Zip(params string[] names)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in names)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(Bytes(NumpySamples.Masks));
            }
        }

        stream.Position = 0;
        return stream;
    }

    private static void AssertInvalid(string part, byte[] bytes) =>
        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => NumpyFile.Read(new MemoryStream(bytes))).Message, StringComparison.Ordinal);

    private static void AssertTensor<T>(Shape shape, T[] elements, string sample)
        where T : unmanaged
    {
        Tensor tensor = NumpyFile.Read(new MemoryStream(Bytes(sample)));
        Assert.Equal(shape, tensor.Shape);
        Assert.Equal(elements, tensor.ToArray<T>());
    }
}
