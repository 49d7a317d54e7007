using System.Buffers.Binary;
using System.Numerics;

namespace Hyperdiff.Reports;

/// <summary>A file of records as TensorBoard reads them: of every record its length, a check sum of the length, the bytes, and a check sum of these.</summary>
/// <remarks>
/// <code>
/// uint64 length, uint32 mask(crc32c(length)), byte data[length], uint32 mask(crc32c(data)),   all little-endian
/// mask(c) = (c rotated right by 15) + 0xA282EAD8
/// </code>
/// The mask is there because the check sum of data that hold their own check sums tells little. Source: tensorflow/core/lib/io/record_writer.h and
/// crc32c.h.
/// </remarks>
internal sealed class EventFile : IDisposable
{
    private const uint MaskDelta = 0xA282EAD8;
    private const int MaskBits = 15;

    private readonly string _path;
    private readonly FileStream _stream;

    /// <summary>Makes the file, which must not be there.</summary>
    public EventFile(string path)
    {
        _path = path;

        // without a buffer: what could not be written would stay in it, and be tried again
        _stream = Destination.At(path, "cannot be written", () =>
            new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));
    }

    /// <summary>Writes a record, and gives it to the system, so that a run that is killed loses none.</summary>
    /// <exception cref="IOException">The disk is full: the records before are whole.</exception>
    public void Write(ReadOnlySpan<byte> data)
    {
        var record = new byte[data.Length + 16];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Masked(record.AsSpan(0, 8)));
        data.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), Masked(data));
        long start = _stream.Position;
        Destination.At(_path, "an event could not be written", () =>
        {
            try
            {
                _stream.Write(record);
                return true;
            }
            catch (IOException)
            {
                _stream.SetLength(start);
                throw;
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, MaskBits) + MaskDelta;
    }
}
