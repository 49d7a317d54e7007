using System.Buffers.Binary;
using System.IO.Compression;

namespace Hyperdiff.Data;

/// <summary>What a file holds that was compressed by gzip. <see cref="GZipStream"/> takes a file that is cut off for one that ends there; this one compares the
/// length with what the last four bytes of the file say, modulo 2³².</summary>
internal sealed class GzipContent : Stream
{
    private static ReadOnlySpan<byte> Magic => [0x1f, 0x8b];

    private readonly GZipStream _content;
    private readonly uint _expected;
    private uint _length;

    private GzipContent(FileStream file, uint expected) => (_content, _expected) = (new GZipStream(file, CompressionMode.Decompress), expected);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The content, if the file begins as gzip's do; otherwise null, and the file stands at its beginning.</summary>
    public static GzipContent? Of(FileStream file)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        if (!file.CanSeek || file.Length < bytes.Length)
        {
            return null;
        }

        file.ReadExactly(bytes);
        bool isCompressed = bytes.StartsWith(Magic);
        file.Position = file.Length - bytes.Length;
        file.ReadExactly(bytes);
        file.Position = 0;
        return isCompressed ? new GzipContent(file, BinaryPrimitives.ReadUInt32LittleEndian(bytes)) : null;
    }

    public override int Read(Span<byte> buffer)
    {
        int read = _content.Read(buffer);
        _length += (uint)read;
        return read > 0 || buffer.IsEmpty || _length == _expected ? read
            : throw new InvalidDataException("it is cut off, or several compressed files stand one after the other; decompress it by gzip -d");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _content.Dispose();
        base.Dispose(disposing);
    }
}
