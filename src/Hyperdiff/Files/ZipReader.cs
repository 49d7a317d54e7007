using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Hyperdiff;

/// <summary>Reads zip archives, and believes nothing in them that it can check: each fact that stands twice must agree, and every content has its length and
/// its check sum.</summary>
/// <remarks>
/// <code>
/// (local header, name, extra, content)*   (central header, name, extra, comment)*   [zip64 end, locator]   end, comment
/// </code>
/// Contents are stored or deflated, in one file, not encrypted, with sizes of 64 bits where they are needed. That is what NumPy writes. Source: PKWARE (2022),
/// "APPNOTE.TXT — .ZIP file format specification", 6.3.10, §4.3.
/// </remarks>
internal sealed class ZipReader
{
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int End64Size = 56;
    private const int CentralSize = 46;
    private const int LocalSize = 30;
    private const int LongestComment = ushort.MaxValue;

    // bits that change what the content or the name means: encrypted, patched, strongly encrypted, and masked
    private const int RefusedFlags = 0x2061;
    private const int Utf8Flag = 0x0800;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly long _length;

    private ZipReader(Stream stream, string name, long start)
    {
        (_stream, _name, _length) = (stream, name, stream.Length - start);
        (long Offset, long Size, long Count, long At) directory = FindDirectory(start);
        long origin = directory.At - directory.Size - directory.Offset;
        if (origin != 0 && origin != start)
        {
            throw Damaged("its directory is not where the end of the file says");
        }

        Entries = [.. ReadDirectory(origin, directory)];
    }

    /// <summary>What is in it, in the order of its directory.</summary>
    public IReadOnlyList<ZipItem> Entries { get; }

    /// <summary>Opens an archive.</summary>
    /// <param name="stream">A stream that can seek, at the begin of the archive, which ends where the stream ends.</param>
    /// <param name="name">What it is called in messages.</param>
    /// <exception cref="InvalidDataException">It is none, or damaged.</exception>
    public static ZipReader Open(Stream stream, string name) => new(stream, name, stream.Position);

    /// <summary>The content of an entry.</summary>
    public CheckedStream Open(ZipItem entry)
    {
        Stream window = new WindowStream(_stream, entry.Start, entry.CompressedLength);
        Stream content = entry.IsDeflated ? new DeflateStream(window, CompressionMode.Decompress) : window;
        return new CheckedStream(content, entry.Length, entry.CheckSum, $"{_name}, {entry.Name}");
    }

    private (long Offset, long Size, long Count, long At) FindDirectory(long start)
    {
        byte[] tail = Bytes(Math.Max(start, _stream.Length - EndSize - LongestComment), (int)Math.Min(_length, EndSize + LongestComment));
        for (int i = tail.Length - EndSize; i >= 0; i--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(i);
            if (U32(end) != 0x06054B50 || i + EndSize + U16(end[20..]) != tail.Length)
            {
                continue;
            }

            long at = _stream.Length - tail.Length + i;
            (long count, long size, long offset) = (U16(end[10..]), U32(end[12..]), U32(end[16..]));
            if (U16(end[4..]) != U16(end[6..]) || U16(end[8..]) != count)
            {
                throw Damaged("it is a part of several files");
            }

            return count == ushort.MaxValue || size == uint.MaxValue || offset == uint.MaxValue ? FindDirectory64(at) : (offset, size, count, at);
        }

        throw new InvalidDataException($"{_name}: this is not an .npz archive, or it is cut off; a single array is read by NumpyFile.Read.");
    }

    private (long Offset, long Size, long Count, long At) FindDirectory64(long end)
    {
        byte[] locator = Bytes(end - LocatorSize, LocatorSize);
        byte[] record = Bytes(end - LocatorSize - End64Size, End64Size);
        return U32(locator) == 0x07064B50 && U32(record) == 0x06064B50 && U64(record.AsSpan(4)) == End64Size - 12
            && U64(record.AsSpan(24)) == U64(record.AsSpan(32))
            ? (U64(record.AsSpan(48)), U64(record.AsSpan(40)), U64(record.AsSpan(32)), end - LocatorSize - End64Size)
            : throw Damaged("its record of sizes of 64 bits is missing");
    }

    private IEnumerable<ZipItem> ReadDirectory(long origin, (long Offset, long Size, long Count, long At) directory)
    {
        long at = origin + directory.Offset;
        for (long i = 0; i < directory.Count; i++)
        {
            byte[] header = Bytes(at, CentralSize);
            if (U32(header) != 0x02014B50)
            {
                throw Damaged($"entry {i} of {directory.Count} in its directory is missing");
            }

            var head = (Flags: U16(header.AsSpan(8)), Method: U16(header.AsSpan(10)), Sum: U32(header.AsSpan(16)));
            (int flags, int method, uint sum) = head;
            byte[] named = Bytes(at + CentralSize, U16(header.AsSpan(28)));
            byte[] extra = Bytes(at + CentralSize + named.Length, U16(header.AsSpan(30)));
            string name = ((flags & Utf8Flag) != 0 ? Encoding.UTF8 : Encoding.Latin1).GetString(named);
            if ((flags & RefusedFlags) != 0 || method is not (0 or 8))
            {
                throw Damaged($"entry {name} is encrypted, or compressed in another way than by deflating");
            }

            (long length, long compressed, long offset) = Sizes(header, extra);
            long start = RequireLocal(origin + offset, head, named, name);
            if (start > directory.At - compressed || (method == 0 && compressed != length))
            {
                throw Damaged($"the sizes of entry {name} contradict each other");
            }

            yield return new ZipItem(name, start, compressed, length, sum, method == 8);
            at += CentralSize + named.Length + extra.Length + U16(header.AsSpan(32));
        }

        if (at != directory.At)
        {
            throw Damaged("its directory does not end where the end of the file says");
        }
    }

    // sizes of 64 bits stand in an extra field, in this order, those only that do not fit into 32
    private (long Length, long Compressed, long Offset) Sizes(ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        Span<long> sizes = [U32(header[24..]), U32(header[20..]), U32(header[42..])];
        while (extra.Length >= 4)
        {
            (int id, int length) = (U16(extra), U16(extra[2..]));
            if (length > extra.Length - 4)
            {
                throw Damaged("a field of its directory is cut off");
            }

            ReadOnlySpan<byte> field = extra.Slice(4, length);
            foreach (ref long size in sizes)
            {
                if (id == 1 && size == uint.MaxValue && field.Length >= 8)
                {
                    size = U64(field);
                    field = field[8..];
                }
            }

            extra = extra[(4 + length)..];
        }

        return (sizes[0], sizes[1], sizes[2]);
    }

    private long RequireLocal(long at, (int Flags, int Method, uint Sum) head, ReadOnlySpan<byte> named, string name)
    {
        (int flags, int method, uint sum) = head;
        byte[] header = Bytes(at, LocalSize);
        bool follows = (flags & 8) != 0;
        if (U32(header) != 0x04034B50 || U16(header.AsSpan(6)) != flags || U16(header.AsSpan(8)) != method || (!follows && U32(header.AsSpan(14)) != sum)
            || !Bytes(at + LocalSize, U16(header.AsSpan(26))).AsSpan().SequenceEqual(named))
        {
            throw Damaged($"its directory and the head of entry {name} contradict each other");
        }

        return at + LocalSize + named.Length + U16(header.AsSpan(28));
    }

    private byte[] Bytes(long at, int count)
    {
        if (at < 0 || at > _stream.Length - count)
        {
            throw Damaged("it points outside the file");
        }

        var bytes = new byte[count];
        _stream.Position = at;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private InvalidDataException Damaged(string what) => new($"{_name}: the archive is damaged: {what}. Copy it again, or save it anew with numpy.savez.");

    private static int U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    // no file is longer than 2^63
    private static long U64(ReadOnlySpan<byte> bytes) => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(bytes), long.MaxValue / 4);

    /// <summary>One entry.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Start">Where its content begins in the stream.</param>
    /// <param name="CompressedLength">Its bytes in the stream.</param>
    /// <param name="Length">Its bytes.</param>
    /// <param name="CheckSum">Their CRC-32.</param>
    /// <param name="IsDeflated">Whether they are compressed.</param>
    internal sealed record ZipItem(string Name, long Start, long CompressedLength, long Length, uint CheckSum, bool IsDeflated);
}
