using System.Buffers.Binary;

namespace Hyperdiff.Data.Tests;

public sealed class IdxFileTests : TemporaryFolder
{
    [Fact]
    public void EveryTypeOfElements_IsRead_PlainAndCompressed()
    {
        Check(0x08, [0, 127, 255], [0, 127, 255], DType.Int32);
        Check(0x09, [0, 127, 255], [0, 127, -1], DType.Int32);
        Check(0x0B, [0xff, 0xfe, 0x12, 0x34], [-2, 0x1234], DType.Int32);
        Check(0x0C, [0x80, 0, 0, 0, 0, 0, 1, 2], [int.MinValue, 258], DType.Int32);
        Check(0x0D, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], [1, -2.5], DType.Float32);
        Check(0x0E, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], [1, double.PositiveInfinity], DType.Float64);

        void Check(byte type, byte[] elements, double[] expected, DType dtype)
        {
            byte[] file = [.. Header(type, expected.Length), .. elements];
            foreach (string path in new[] { Written("d", file), Written("d.gz", Compressed(file)) })
            {
                Tensor tensor = IdxFile.Read(path);
                Assert.Equal((dtype, new Shape(expected.Length)), (tensor.DType, tensor.Shape));
                Assert.Equal(expected, tensor.To(DType.Float64).ToArray<double>());
                Assert.Equal(expected, IdxFile.Read(path, DType.Float64).ToArray<double>());
            }
        }
    }

    [Fact]
    public void ManyElements_KeepTheirPlaces()
    {
        // more than are read at once, and more than twice
        byte[] elements = [.. Enumerable.Range(0, 3 * 131 * 400).Select(i => (byte)(i * 7))];
        byte[] file = [.. Header(0x08, 3, 131, 400), .. elements];

        foreach (string path in new[] { Written("d", file), Written("d.gz", Compressed(file)) })
        {
            Tensor tensor = IdxFile.Read(path, DType.Float32);
            Assert.Equal(new Shape(3, 131, 400), tensor.Shape);
            Assert.Equal(elements, Array.ConvertAll(tensor.ToArray<float>(), number => (byte)number));
        }
    }

    [Fact]
    public void WhatIsNoSuchFile_SaysWhy()
    {
        byte[] good = [.. Header(0x08, 2, 2), 1, 2, 3, 4];

        Assert.Equal("d: this is no IDX file: it begins with 0x504B0304, where two bytes are zero", Refuse([0x50, 0x4b, 3, 4, 5]));
        Assert.Equal("d: this is no IDX file: 0x0A is no type of elements", Refuse([.. Header(0x0A, 1), 0]));
        Assert.Equal("d: this is no IDX file: it ends within the header", Refuse([]));
        Assert.Equal("d: this is no IDX file: it ends within the header", Refuse([0, 0]));
        Assert.Equal("d: cut off: 2 × 2 elements are 16 bytes with the header, and the file has 15", Refuse(good[..^1]));
        Assert.Equal("d: more follows the array [2, 2]", Refuse([.. good, 0]));
        Assert.Equal("d.gz: more follows the array [2, 2]", RefuseCompressed([.. good, 0]));
        Assert.Equal("d.gz: cut off: fewer than 2 × 2 elements follow", RefuseCompressed(good[..^1]));
        Assert.Equal("none: no such file", Refusal(() => IdxFile.Read(Path.Combine(Folder, "none"))));
        Assert.Throws<DTypeMismatchException>(() => IdxFile.Read(Written("d", good), DType.Bool));
    }

    /// <summary>Sizes that are not true take no memory: each of these would be gigabytes, or overflow an int, or a long.</summary>
    [Theory]
    [InlineData(new[] { 2000000000 })]
    [InlineData(new[] { -1 })]
    [InlineData(new[] { 65536, 65536 })]
    [InlineData(new[] { int.MaxValue, int.MaxValue, int.MaxValue })]
    [InlineData(new[] { 1 << 30, 1 << 30, 1 << 4 })]
    public void AbsurdSizes_AreRefusedBeforeMemoryIsTaken(int[] sizes)
    {
        byte[] file = [.. Header(0x0E, sizes), 1, 2, 3];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refuse(file);
        RefuseCompressed(file);

        // buffers of 2¹⁶ elements, and what compressing here takes; not the 16 GB
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void NoElements_AreAnEmptyTensor() => Assert.Equal(new Shape(0, 3), IdxFile.Read(Written("d", Header(0x08, 0, 3))).Shape);

    [Fact]
    public void ACompressedFileThatIsDamagedAnywhere_IsRefused()
    {
        var random = new Random(1);
        var elements = new byte[200];
        random.NextBytes(elements);
        byte[] good = Compressed([.. Header(0x08, 200), .. elements]);
        int[] tolerated = [.. Enumerable.Range(0, good.Length).Where(i =>
        {
            byte[] damaged = [.. good];
            damaged[i] ^= 0x10;
            try
            {
                return IdxFile.Read(Written("d.gz", damaged)).ToArray<int>().SequenceEqual(elements.Select(b => (int)b))
                    ? i is < 10 : throw new InvalidOperationException($"byte {i}");
            }
            catch (DataException)
            {
                return false;
            }
        })];

        // time, operating system and the like stand in the header of gzip
        Assert.All(tolerated, i => Assert.InRange(i, 0, 9));
        Assert.All(Enumerable.Range(0, good.Length), length => Assert.Throws<DataException>(() => IdxFile.Read(Written("d.gz", good[..length]))));
    }

    [Fact]
    public void ElementsThatATypeDoesNotHold_AreRefused()
    {
        string wide = Written("d", [.. Header(0x0C, 1), 1, 0, 0, 1]), half = Written("h", [.. Header(0x0D, 1), 0x3f, 0, 0, 0]);

        Assert.Equal("d: element 0, 16777217, is not exact as float32; read it as another type", Refusal(() => IdxFile.Read(wide, DType.Float32)));
        Assert.Equal("h: element 0, 0.5, is not exact as int32; read it as another type", Refusal(() => IdxFile.Read(half, DType.Int32)));
    }

    private string Refuse(byte[] file) => Refusal(() => IdxFile.Read(Written("d", file)));

    private string RefuseCompressed(byte[] file) => Refusal(() => IdxFile.Read(Written("d.gz", Compressed(file))));

    internal static byte[] Header(byte type, params int[] sizes)
    {
        var header = new byte[4 * (1 + sizes.Length)];
        (header[2], header[3]) = (type, (byte)sizes.Length);
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * (axis + 1)), sizes[axis]);
        }

        return header;
    }
}
