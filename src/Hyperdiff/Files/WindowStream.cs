namespace Hyperdiff;

/// <summary>A part of a stream that can seek, read forwards; the stream stays open.</summary>
internal sealed class WindowStream(Stream stream, long start, long length) : ForwardStream(length)
{
    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        stream.Position = start + Position;
        int read = stream.Read(buffer[..(int)Math.Min(buffer.Length, Length - Position)]);
        Position += read;
        return read;
    }
}
