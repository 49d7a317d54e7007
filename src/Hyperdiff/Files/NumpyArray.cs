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
        HostArray array = HostArray.Allocate(type with { Shape = stored });
        switch (type.DType)
        {
            case DType.Float32:
                Fill(stream, MemoryMarshal.Cast<float, int>(array.AsSpan<float>()), header, name);
                break;
            case DType.Float64:
                Fill(stream, MemoryMarshal.Cast<double, long>(array.AsSpan<double>()), header, name);
                break;
            case DType.Int32:
                Fill(stream, array.AsSpan<int>(), header, name);
                break;
            default:
                Fill(stream, MemoryMarshal.AsBytes(array.AsSpan<bool>()), header, name);
                break;
        }

        Tensor tensor = Tensor.FromHost(array);
        return header.IsColumnMajor ? tensor.Permute([.. Enumerable.Range(0, stored.Rank).Reverse()]) : tensor;
    }

    /// <summary>Writes an array.</summary>
    public static void Write(Stream stream, HostArray array)
    {
        stream.Write(NumpyHeader.Write(array.Type));
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

    private static void Fill(Stream stream, Span<int> elements, NumpyHeader header, string name) =>
        Fill(stream, elements, header, name, BinaryPrimitives.ReverseEndianness);

    private static void Fill(Stream stream, Span<long> elements, NumpyHeader header, string name) =>
        Fill(stream, elements, header, name, BinaryPrimitives.ReverseEndianness);

    // true is any byte but 0 to NumPy, and 1 to C#
    private static void Fill(Stream stream, Span<byte> elements, NumpyHeader header, string name)
    {
        Fill(stream, elements, header, name, (from, to) => from.CopyTo(to));
        foreach (ref byte element in elements)
        {
            element = (byte)(element == 0 ? 0 : 1);
        }
    }

    private static void Fill<T>(Stream stream, Span<T> elements, NumpyHeader header, string name, Reversal<T> reverse)
        where T : unmanaged
    {
        for (int start = 0; start < elements.Length; start += Chunk)
        {
            Span<T> part = elements.Slice(start, Math.Min(Chunk, elements.Length - start));
            Span<byte> bytes = MemoryMarshal.AsBytes(part);
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw CutOff(name, header.Type);
            }

            if (header.IsBigEndian == BitConverter.IsLittleEndian)
            {
                reverse(part, part);
            }
        }
    }

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
}
