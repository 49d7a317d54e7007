using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hyperdiff;

/// <summary>What stands before the elements in a <c>.npy</c> file: element type, byte order, order of the elements, shape.</summary>
/// <remarks>
/// <code>
/// 93 'N' 'U' 'M' 'P' 'Y'   major minor   length (2 bytes; 4 from version 2 on)   {'descr': '&lt;f8', 'fortran_order': False, 'shape': (2, 3), }   spaces   \n
/// </code>
/// The text is a literal of Python. Everything before the elements fills a multiple of 64 bytes.
/// </remarks>
/// <param name="Type">Element type and shape.</param>
/// <param name="IsBigEndian">Whether the highest byte of an element comes first.</param>
/// <param name="IsColumnMajor">Whether the first axis varies fastest.</param>
internal sealed partial record NumpyHeader(TensorType Type, bool IsBigEndian, bool IsColumnMajor)
{
    private const int Alignment = 64;

    /// <summary>Longer texts are not written by NumPy for arrays of numbers, and would only fill memory.</summary>
    private const int LongestText = 1 << 16;

    /// <summary>NumPy has no arrays with more axes.</summary>
    private const int MostAxes = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a header, and leaves the stream at the first element.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">What it is called in messages.</param>
    public static NumpyHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[8];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith(Magic))
        {
            throw new InvalidDataException(
                $"{name}: no NumPy array begins here; such a file begins with the bytes 93 4E 55 4D 50 59. An .npz archive is read by NumpyFile.ReadArchive.");
        }

        int version = start[6];
        if (version is < 1 or > 3)
        {
            throw new InvalidDataException($"{name}: the format has version {version}.{start[7]}; known are 1 to 3. Save the array anew with numpy.save.");
        }

        Span<byte> size = stackalloc byte[version == 1 ? 2 : 4];
        Fill(stream, size, name);
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestText)
        {
            throw Malformed(name, $"it claims {length} bytes");
        }

        if (start[7] != 0)
        {
            throw Malformed(name, $"its version is {version}.{start[7]}");
        }

        byte[] text = new byte[length];
        Fill(stream, text, name);
        return Parse((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(text), name);
    }

    /// <summary>The bytes of a header of version 1, for little-endian, row-major elements.</summary>
    /// <exception cref="ArgumentException">There are more axes than NumPy reads.</exception>
    public static byte[] Write(TensorType type)
    {
        if (type.Shape.Rank > MostAxes)
        {
            throw new ArgumentException($"A tensor with {type.Shape.Rank} axes cannot be saved: NumPy reads at most {MostAxes}. Reshape it.", nameof(type));
        }

        string descriptor = type.DType switch
        {
            DType.Float32 => "<f4",
            DType.Float64 => "<f8",
            DType.Int32 => "<i4",
            _ => "|b1",
        };
        string sizes = string.Join(", ", type.Shape.Sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        string text = $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': ({sizes}{(type.Shape.Rank == 1 ? "," : string.Empty)}), }}";

        // magic, version, length before; a line feed behind
        int start = Magic.Length + 4;
        int total = (start + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[total];
        Magic.CopyTo(header);
        header[Magic.Length] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(start - 2), checked((ushort)(total - start)));
        header.AsSpan(start).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(start));
        header[^1] = (byte)'\n';
        return header;
    }

    // {key: value, …}, each of three keys once; then spaces and a line feed, so that no damaged length goes unnoticed
    private static NumpyHeader Parse(string text, string name)
    {
        Match whole = Whole().Match(text);
        if (!whole.Success || whole.Groups["key"].Captures.Select(key => key.Value).Distinct().Count() != 3 || whole.Groups["key"].Captures.Count != 3)
        {
            throw Malformed(name, $"it reads {Shown(text)}");
        }

        if (whole.Groups["fields"].Success)
        {
            throw Unknown(name, string.Empty, text);
        }

        DType dtype = whole.Groups["type"].Value switch
        {
            "f4" => DType.Float32,
            "f8" => DType.Float64,
            "i4" => DType.Int32,
            "b1" => DType.Bool,
            var other => throw Unknown(name, other, text),
        };
        string order = whole.Groups["order"].Value;
        if (order == "|" && dtype != DType.Bool)
        {
            throw Malformed(name, "its elements have no byte order");
        }

        bool isBigEndian = order == ">" || (order is "=" or "" && !BitConverter.IsLittleEndian);
        return new NumpyHeader(new TensorType(dtype, ShapeOf(whole.Groups["shape"].Value, name)), isBigEndian, whole.Groups["major"].Value == "True");
    }

    private static Shape ShapeOf(string sizes, string name)
    {
        string[] parts = [.. sizes.Split(',', MostAxes + 2).Select(part => part.Trim())];
        if (parts[^1].Length == 0)
        {
            parts = parts[..^1];
        }

        if (parts.Length > MostAxes)
        {
            throw Malformed(name, $"it claims more than {MostAxes} axes");
        }

        try
        {
            return new Shape([.. parts.Select(
                part => int.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                    ? number : throw TooLarge(name, sizes))]);
        }
        catch (ArgumentException exception)
        {
            throw TooLarge(name, sizes, exception);
        }
    }

    private static string Shown(string text) => text.Trim() is { Length: > 200 } longer ? longer[..200] + " …" : text.Trim();

    private static InvalidDataException TooLarge(string name, string sizes, Exception? inner = null) =>
        new($"{name}: an array with 'shape': ({sizes.Trim()}) has more than 2^31-1 elements; save it in parts.", inner);

    private static InvalidDataException Malformed(string name, string what) =>
        new($"{name}: the header of the array is damaged: {what}; save the array anew with numpy.save.");

    private static DTypeMismatchException Unknown(string name, string type, string text)
    {
        string remedy = type.Length == 0 ? "save each field as an array of its own" : type[0] switch
        {
            'i' or 'u' => "convert it before saving, if its numbers fit: array.astype(numpy.int32)",
            'f' => "convert it before saving: array.astype(numpy.float32)",
            'c' => "save its real and imaginary parts as two arrays",
            _ => "save numbers instead",
        };
        string holds = type.Length == 0 ? Shown(text) : $"elements of type {type}";
        return new DTypeMismatchException($"{name}: the array has {holds}; a tensor has f4, f8, i4 or b1: {remedy}.");
    }

    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Malformed(name, "it is cut off");
        }
    }

    // sizes have no leading zeros; Python 2 wrote long numbers with an L. Nothing in it can match in two ways, so that it takes time in proportion to the text
    [GeneratedRegex(
        """
        ^[ ]*\{(?>[ ]*(?<quote>['"])(?:
            (?<key>descr)\k<quote>[ ]*:[ ]*(?:'(?<order>[<>|=]?)(?<type>[a-zA-Z][0-9]*(\[[a-zA-Z0-9]*\])?)'|"(?<order>[<>|=]?)(?<type>[a-zA-Z][0-9]*(\[[a-zA-Z0-9]*\])?)"|(?<fields>\[[^\]]*\]))
            |(?<key>fortran_order)\k<quote>[ ]*:[ ]*(?<major>True|False)
            |(?<key>shape)\k<quote>[ ]*:[ ]*\((?<shape>(?>[ ]*(?:0|[1-9][0-9]*)L?[ ]*,)*(?>[ ]*(?:0|[1-9][0-9]*)L?)?[ ]*)\)
        )[ ]*(?:,|(?=\})))+[ ]*\}[ ]*\n$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Whole();
}
