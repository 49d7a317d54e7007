using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>An array in a stream: its header, then its elements without gaps.</summary>
internal static class NumpyArray
{
    /// <summary>How many elements are read or written at once.</summary>
    private const int Chunk = 1 << 16;

    /// <summary>Reads an array.</summary>
    /// <param name="stream">The stream, left behind the array.</param>
    /// <param name="name">What the stream is called in messages.</param>
    /// <param name="available">How many bytes there are, if that is known: so that a damaged size takes no memory.</param>
    public static Tensor Read(Stream stream, string name, long? available)
    {
        NumpyHeader header = NumpyHeader.Read(stream, name);
        TensorType type = header.Type;
        long size = (long)type.Shape.ElementCount * Size(type.DType);
        if (size > available)
        {
            throw CutOff(name, type);
        }

        // column-major elements are row-major ones of the reversed shape
        Shape stored = header.IsColumnMajor ? new Shape([.. type.Shape.Sizes.Reverse()]) : type.Shape;
        var source = new Source(stream, header, name, IsCertain: available is not null);
        Tensor tensor = type.DType switch
        {
            DType.Float32 => Tensor.Wrap(source.Elements<float>(span => Reverse(MemoryMarshal.Cast<float, int>(span))), stored),
            DType.Float64 => Tensor.Wrap(source.Elements<double>(span => Reverse(MemoryMarshal.Cast<double, long>(span))), stored),
            DType.Int32 => Tensor.Wrap(source.Elements<int>(Reverse), stored),
            _ => Tensor.Wrap(Truths(source.Elements<byte>(_ => { })), stored),
        };

        // moved now: a transpose that is moved when it is read would keep what was stored as well
        return header.IsColumnMajor ? Tensor.FromHost(tensor.Permute([.. Enumerable.Range(0, stored.Rank).Reverse()]).Read()) : tensor;
    }

    /// <summary>Writes an array.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="header">Its header (<see cref="NumpyHeader.Write"/>).</param>
    /// <param name="array">The array.</param>
    public static void Write(Stream stream, ReadOnlySpan<byte> header, HostArray array)
    {
        stream.Write(header);
        switch (array.Type.DType)
        {
            case DType.Float32:
                Write(stream, MemoryMarshal.Cast<float, int>(array.AsSpan<float>()), BinaryPrimitives.ReverseEndianness);
                break;
            case DType.Float64:
                Write(stream, MemoryMarshal.Cast<double, long>(array.AsSpan<double>()), BinaryPrimitives.ReverseEndianness);
                break;
            case DType.Int32:
                Write<int>(stream, array.AsSpan<int>(), BinaryPrimitives.ReverseEndianness);
                break;
            default:
                stream.Write(MemoryMarshal.AsBytes(array.AsSpan<bool>()));
                break;
        }
    }

    private delegate void Reversal<T>(ReadOnlySpan<T> from, Span<T> to);

    private static void Reverse(Span<int> elements) => BinaryPrimitives.ReverseEndianness(elements, elements);

    private static void Reverse(Span<long> elements) => BinaryPrimitives.ReverseEndianness(elements, elements);

    // true is any byte but 0 to NumPy, and 1 to C#
    private static bool[] Truths(byte[] bytes) => Array.ConvertAll(bytes, element => element != 0);

    private static void Write<T>(Stream stream, ReadOnlySpan<T> elements, Reversal<T> reverse)
        where T : unmanaged
    {
        T[] reversed = BitConverter.IsLittleEndian ? [] : new T[Math.Min(Chunk, elements.Length)];
        for (int start = 0; start < elements.Length; start += Chunk)
        {
            ReadOnlySpan<T> part = elements.Slice(start, Math.Min(Chunk, elements.Length - start));
            if (!BitConverter.IsLittleEndian)
            {
                reverse(part, reversed);
                part = reversed.AsSpan(0, part.Length);
            }

            stream.Write(MemoryMarshal.AsBytes(part));
        }
    }

    private static int Size(DType dtype) => dtype switch
    {
        DType.Float64 => sizeof(double),
        DType.Bool => sizeof(bool),
        _ => sizeof(int),
    };

    private static InvalidDataException CutOff(string name, TensorType type) => new($"{name}: the array of type {type} is cut off; copy the file again.");

    /// <summary>Where elements come from.</summary>
    /// <param name="Stream">The stream, at the first element.</param>
    /// <param name="Header">What the header says of them.</param>
    /// <param name="Name">What the stream is called in messages.</param>
    /// <param name="IsCertain">Whether there are that many bytes; otherwise memory grows as they arrive, so that a size that is not true takes none.</param>
    private sealed record Source(Stream Stream, NumpyHeader Header, string Name, bool IsCertain)
    {
        public T[] Elements<T>(Action<Span<T>> reverse)
            where T : unmanaged
        {
            int count = Header.Type.Shape.ElementCount;
            var elements = new T[IsCertain ? count : Math.Min(count, Chunk)];
            for (int start = 0; start < count;)
            {
                if (start == elements.Length)
                {
                    Array.Resize(ref elements, (int)Math.Min(count, 2L * start));
                }

                Span<T> part = elements.AsSpan(start, Math.Min(Chunk, elements.Length - start));
                Span<byte> bytes = MemoryMarshal.AsBytes(part);
                if (Stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                {
                    throw CutOff(Name, Header.Type);
                }

                if (Header.IsBigEndian == BitConverter.IsLittleEndian)
                {
                    reverse(part);
                }

                start += part.Length;
            }

            return elements;
        }
    }
}
