namespace Hyperdiff;

/// <summary>The content of an entry of an archive, of which the length and the check sum are known: read forwards, and compared with both at the end.</summary>
internal sealed class CheckedStream(Stream content, long length, uint checkSum, string name) : Stream
{
    private Crc32 _crc = new();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <summary>Throws unless everything was read, and is what was written.</summary>
    /// <exception cref="InvalidDataException">Bytes follow, or the check sum is another.</exception>
    public void RequireEnd()
    {
        Span<byte> next = stackalloc byte[1];
        if (Position != length || ReadContent(next) != 0)
        {
            throw new InvalidDataException($"{name}: the entry holds {length} bytes, and the array ends after {Position}; save the archive anew.");
        }

        if (_crc.Sum != checkSum)
        {
            throw new InvalidDataException(
                $"{name}: the check sum of the content is {_crc.Sum:X8} and should be "
                    + $"{checkSum:X8}: the file was damaged after it was written. Copy it again.");
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = ReadContent(buffer[..(int)Math.Min(buffer.Length, length - Position)]);
        _crc.Add(buffer[..read]);
        Position += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        content.Dispose();
        base.Dispose(disposing);
    }

    private int ReadContent(Span<byte> buffer)
    {
        try
        {
            return content.Read(buffer);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{name}: the compressed content is damaged. Copy the file again.", exception);
        }
    }
}
