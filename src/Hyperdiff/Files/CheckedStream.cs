namespace Hyperdiff;

/// <summary>The content of an entry of an archive, of which the length and the check sum are known: read forwards, and compared with both at the end.</summary>
internal sealed class CheckedStream(Stream content, long length, uint checkSum, string name) : ForwardStream(length)
{
    private Crc32 _crc = new();

    /// <summary>Throws unless everything was read, and is what was written.</summary>
    /// <exception cref="InvalidDataException">Bytes follow, or the check sum is another.</exception>
    public void RequireEnd()
    {
        Span<byte> next = stackalloc byte[1];
        if (Position != Length || ReadContent(next) != 0)
        {
            throw new InvalidDataException($"{name}: the entry holds {Length} bytes, and the array ends after {Position}; save the archive anew.");
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
        int read = ReadContent(buffer[..(int)Math.Min(buffer.Length, Length - Position)]);
        _crc.Add(buffer[..read]);
        Position += read;
        return read;
    }

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
