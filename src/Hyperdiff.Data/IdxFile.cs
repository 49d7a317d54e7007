using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Hyperdiff.Data;

/// <summary>Reads arrays in the IDX format, in which MNIST, Fashion-MNIST and their relatives come; also compressed by gzip.</summary>
/// <remarks>
/// Two zero bytes, the type of the elements, the number of axes; a big-endian 32-bit size per axis; the elements, big-endian and row-major. Source: LeCun,
/// Cortes and Burges, "The MNIST database of handwritten digits". Sizes are compared with the length of the file before memory is taken; of a compressed file,
/// memory grows as elements arrive.
/// </remarks>
public static class IdxFile
{
    /// <summary>Reads the array of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dtype">What the elements become: <c>int32</c>, <c>float32</c> or <c>float64</c>; if null, <c>int32</c> for integers of any size, and
    /// floating
    /// ones as they are.</param>
    /// <exception cref="DataException">It is missing, damaged or cut off, more follows the array, or an element is not exact in the type.</exception>
    public static Tensor Read(string path, DType? dtype = null)
    {
        if (dtype is DType.Bool)
        {
            throw new DTypeMismatchException("IdxFile.Read: elements become int32, float32 or float64; compare them with a number for bool.");
        }

        return DataFile.Read(path, (stream, length) =>
        {
            var source = new IdxSource(stream, path, length);
            byte type = source.ReadHeader();
            Tensor tensor = type switch
            {
                0x08 => source.Read<byte>(dtype ?? DType.Int32),
                0x09 => source.Read<sbyte>(dtype ?? DType.Int32),
                0x0B => source.Read<short>(dtype ?? DType.Int32),
                0x0C => source.Read<int>(dtype ?? DType.Int32),
                0x0D => source.Read<float>(dtype ?? DType.Float32),
                0x0E => source.Read<double>(dtype ?? DType.Float64),
                _ => throw DataException.Of(path, $"this is no IDX file: 0x{type:X2} is no type of elements"),
            };
            return stream.ReadByte() < 0 ? tensor : throw DataException.Of(path, $"more follows the array {tensor.Shape}");
        });
    }

    /// <summary>One array in a stream.</summary>
    private sealed class IdxSource(Stream stream, string path, long? length)
    {
        private const int Chunk = 1 << 16;

        private int[] _sizes = [];

        /// <summary>Reads up to the elements.</summary>
        /// <returns>The byte for their type.</returns>
        public byte ReadHeader()
        {
            Span<byte> word = stackalloc byte[sizeof(int)];
            Fill(word);
            if (word[0] != 0 || word[1] != 0)
            {
                throw DataException.Of(path,
                    $"this is no IDX file: it begins with 0x{BinaryPrimitives.ReadUInt32BigEndian(word):X8}, where two bytes are zero");
            }

            byte type = word[2];
            _sizes = new int[word[3]];
            for (int axis = 0; axis < _sizes.Length; axis++)
            {
                Fill(word);
                _sizes[axis] = BinaryPrimitives.ReadInt32BigEndian(word);
            }

            return type;
        }

        /// <summary>Reads the elements.</summary>
        public Tensor Read<TFrom>(DType dtype)
            where TFrom : unmanaged, INumber<TFrom>
        {
            int count = Count(Marshal.SizeOf<TFrom>());
            return dtype switch
            {
                DType.Int32 => Tensor.Wrap(Elements<TFrom, int>(count), new Shape(_sizes)),
                DType.Float32 => Tensor.Wrap(Elements<TFrom, float>(count), new Shape(_sizes)),
                _ => Tensor.Wrap(Elements<TFrom, double>(count), new Shape(_sizes)),
            };
        }

        private int Count(int elementSize)
        {
            BigInteger count = _sizes.Aggregate(BigInteger.One, (product, size) => product * size);
            if (_sizes.Any(size => size < 0) || count > Array.MaxLength)
            {
                throw DataException.Of(path, $"damaged: {Described()} are more than an array holds");
            }

            BigInteger bytes = (sizeof(int) * (1 + _sizes.Length)) + (count * elementSize);
            return bytes <= (length ?? long.MaxValue) ? (int)count
                : throw DataException.Of(path, $"cut off: {Described()} are {bytes} bytes with the header, and the file has {length}");
        }

        private TTo[] Elements<TFrom, TTo>(int count)
            where TFrom : unmanaged, INumber<TFrom>
            where TTo : unmanaged, INumber<TTo>
        {
            var elements = new TTo[length is null ? Math.Min(count, Chunk) : count];
            var from = new TFrom[Math.Min(count, Chunk)];
            for (int start = 0; start < count;)
            {
                Span<TFrom> part = from.AsSpan(0, Math.Min(Chunk, count - start));
                if (start + part.Length > elements.Length)
                {
                    Array.Resize(ref elements, (int)Math.Min(count, 2L * elements.Length));
                }

                Fill(MemoryMarshal.AsBytes(part));
                ToHostOrder(MemoryMarshal.AsBytes(part), Marshal.SizeOf<TFrom>());
                for (int i = 0; i < part.Length; i++)
                {
                    TTo element = TTo.CreateSaturating(part[i]);
                    elements[start + i] = TFrom.CreateSaturating(element) == part[i] || TFrom.IsNaN(part[i]) ? element
                        : throw DataException.Of(path, $"element {start + i}, {part[i]}, is not exact as {DTypes.Of<TTo>().Name()}; read it as another type");
                }

                start += part.Length;
            }

            return elements;
        }

        private static void ToHostOrder(Span<byte> bytes, int size)
        {
            for (int i = 0; BitConverter.IsLittleEndian && size > 1 && i < bytes.Length; i += size)
            {
                bytes.Slice(i, size).Reverse();
            }
        }

        private void Fill(Span<byte> bytes)
        {
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw DataException.Of(path, _sizes.Length == 0 ? "this is no IDX file: it ends within the header"
                    : $"cut off: fewer than {Described()} follow");
            }
        }

        private string Described() => $"{string.Join(" × ", _sizes.Select(size => (uint)size))} elements";
    }
}
