using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Hyperdiff;

/// <summary>What a collective is for.</summary>
internal enum CollectiveKind
{
    Sum,
    Decision,
    Message,
    Gathering,
    Step,
    Failure,
}

/// <summary>What every rank says of itself before each collective, in a block of <see cref="Block"/> bytes whose rest has a first part of the values.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RankHeader
{
    /// <summary>The length of the block, whatever follows: what ranks disagree about cannot keep them from reading it.</summary>
    public const int Block = 512;

    /// <summary>The length of the part that must be the same on all.</summary>
    public const int Compared = 80;

    /// <summary>The length of the part before the values.</summary>
    public const int Length = 96;

    /// <summary>How many bytes of values fit into the block.</summary>
    public const int Fits = Block - Length;

    // HYPRANK1, in the order of bytes of the machine: others read something else
    private const ulong Magic = 0x314B4E4152505948;

    private static readonly VersionText s_version = VersionText.OfPackage();

    private ulong _magic;
    private VersionText _version;

    /// <summary>What the collective is for.</summary>
    public CollectiveKind Kind;

    /// <summary>Which of its <see cref="ElementNames"/> its elements are.</summary>
    public int Element;

    /// <summary>Which collective it is, from 1.</summary>
    public long Number;

    /// <summary>How many elements each rank has.</summary>
    public long Count;

    /// <summary>The fingerprint of the programs that were traced.</summary>
    public ulong Program;

    /// <summary>The fingerprint of the values that must be the same on all.</summary>
    public ulong Witnessed;

    /// <summary>Which of the agreed tokens this rank wishes cancelled, bit by bit.</summary>
    public ulong Wishes;

    private ulong _vectorBits;

    /// <summary>The names of types of elements, which stand for them.</summary>
    public static ReadOnlySpan<string> ElementNames => new[] { "byte", "int32", "int64", "float32", "float64" };

    /// <summary>A header of this package.</summary>
    public static RankHeader Own() => new()
    {
        _magic = Magic,
        _version = s_version,
        _vectorBits = Vector512.IsHardwareAccelerated ? 512u : Vector256.IsHardwareAccelerated ? 256u : 128u,
    };

    /// <summary>The header of a block.</summary>
    public static RankHeader Of(ReadOnlySpan<byte> block) => MemoryMarshal.Read<RankHeader>(block);

    /// <summary>Whether the writer uses these headers.</summary>
    public readonly bool IsKnown => _magic == Magic;

    /// <summary>The bits of the vectors of the processor of the writer: others add sums of many numbers in another order.</summary>
    public readonly ulong VectorBits => _vectorBits;

    /// <summary>The version of the package of the writer.</summary>
    public readonly string Version => _version.ToString();

    /// <summary>The collective in words.</summary>
    public readonly string Collective
    {
        get
        {
            string element = (uint)Element < (uint)ElementNames.Length ? ElementNames[Element] : "unknown elements";
            return Kind switch
            {
                CollectiveKind.Sum => $"sum of {Count} {element}",
                CollectiveKind.Decision => $"decision of rank 0 ({Count} {element})",
                CollectiveKind.Message => "bytes of rank 0",
                CollectiveKind.Step => "a step of an outer loop",
                CollectiveKind.Failure => "a failure",
                CollectiveKind.Gathering => $"gathering of {Count} {element}",
                _ => "unknown collective",
            };
        }
    }

    [InlineArray(Characters)]
    private struct VersionText
    {
        private const int Characters = 32;

        private byte _first;

        // with the commit it was built from, where that is known: its first digits are enough
        public static VersionText OfPackage()
        {
            string version = typeof(RankHeader).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            VersionText text = default;
            Encoding.ASCII.GetBytes(version.AsSpan(0, Math.Min(version.Length, Characters)), text);
            return text;
        }

        public override readonly string ToString() => Encoding.ASCII.GetString(((ReadOnlySpan<byte>)this).TrimEnd((byte)0));
    }
}
