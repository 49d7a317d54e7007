using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>The vector registers that the managed kernels use.</summary>
internal enum VectorWidth
{
    /// <summary>128 bits: every machine.</summary>
    Bits128,

    /// <summary>256 bits with fused multiply-add: AVX2.</summary>
    Bits256,

    /// <summary>512 bits: AVX-512.</summary>
    Bits512,
}

/// <summary>Which vector registers this machine has.</summary>
internal static class VectorWidths
{
    /// <summary>The widest usable ones.</summary>
    /// <remarks>
    /// Asks for the instruction set, not for <c>Vector512.IsHardwareAccelerated</c>: that is false on processors that lower their clock for it, where long
    /// runs of multiply-adds are still faster with the wider registers.
    /// </remarks>
    public static VectorWidth Widest { get; } =
        Avx512F.IsSupported ? VectorWidth.Bits512 : Avx2.IsSupported && Fma.IsSupported ? VectorWidth.Bits256 : VectorWidth.Bits128;

    /// <summary>The name under which people know a width.</summary>
    public static string Describe(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => "AVX-512",
        VectorWidth.Bits256 => "AVX2",
        _ => "128-bit vectors",
    };
}
