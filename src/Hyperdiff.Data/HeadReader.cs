namespace Hyperdiff.Data;

/// <summary>A text whose first line can be looked at before it is read.</summary>
internal sealed class HeadReader : TextReader
{
    private const int HeadLength = 1 << 16;

    private readonly TextReader _rest;
    private readonly char[] _head = new char[HeadLength];
    private readonly int _length;
    private int _read;

    public HeadReader(TextReader text)
    {
        _rest = text;
        _length = text.ReadBlock(_head, 0, _head.Length);
    }

    /// <summary>The first line that is not empty, or what fits of it.</summary>
    public string FirstLine
    {
        get
        {
            ReadOnlySpan<char> head = _head.AsSpan(.._length).TrimStart("\r\n");
            int end = head.IndexOfAny('\r', '\n');
            return (end < 0 ? head : head[..end]).ToString();
        }
    }

    public override int Read(char[] buffer, int index, int count)
    {
        int taken = Math.Min(count, _length - _read);
        if (taken == 0)
        {
            return _rest.Read(buffer, index, count);
        }

        _head.AsSpan(_read, taken).CopyTo(buffer.AsSpan(index));
        _read += taken;
        return taken;
    }
}
