using System.Buffers.Binary;
using System.Text;

namespace Hyperdiff.Reports;

/// <summary>A message of Protocol Buffers under construction: fields by number, in the three wire types that TensorBoard's events need.</summary>
/// <remarks>A field is its key, (number · 8 + wire type) as a varint, and its value. Source: protobuf.dev/programming-guides/encoding.</remarks>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private readonly List<byte> _bytes = [];

    /// <summary>The message.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>A whole number.</summary>
    public ProtoMessage Integer(int field, long value)
    {
        Key(field, Varint);
        Number((ulong)value);
        return this;
    }

    /// <summary>A number in double precision.</summary>
    public ProtoMessage Double(int field, double value)
    {
        Key(field, Fixed64);
        Add(value);
        return this;
    }

    /// <summary>A number in single precision.</summary>
    public ProtoMessage Single(int field, float value)
    {
        Key(field, Fixed32);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>A text.</summary>
    public ProtoMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message within.</summary>
    public ProtoMessage Message(int field, ProtoMessage value) => Bytes(field, value.ToArray());

    /// <summary>Numbers in double precision, packed.</summary>
    public ProtoMessage Doubles(int field, ReadOnlySpan<double> values)
    {
        Key(field, Delimited);
        Number((ulong)values.Length * sizeof(double));
        foreach (double value in values)
        {
            Add(value);
        }

        return this;
    }

    private ProtoMessage Bytes(int field, byte[] value)
    {
        Key(field, Delimited);
        Number((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    private void Key(int field, int wireType) => Number(((ulong)field << 3) | (uint)wireType);

    private void Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }

    private void Add(double value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
    }
}
