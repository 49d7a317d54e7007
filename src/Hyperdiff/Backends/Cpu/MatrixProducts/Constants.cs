using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>A number known to the just-in-time compiler, so that one kernel source yields one unrolled kernel per number.</summary>
/// <remarks>It is the size of the type as well: a size is a number at first sight, and what it decides is not looked at, while <see cref="Value"/> is a call,
/// inlined after both branches of what it decides were. Where a kernel asks a hundred times, the size compiles it in less time.</remarks>
internal interface IConstant
{
    static abstract int Value { get; }
}

[StructLayout(LayoutKind.Sequential, Size = 1)]
internal readonly unsafe struct One : IConstant
{
    public static int Value => sizeof(One);
}

[StructLayout(LayoutKind.Sequential, Size = 2)]
internal readonly unsafe struct Two : IConstant
{
    public static int Value => sizeof(Two);
}

[StructLayout(LayoutKind.Sequential, Size = 3)]
internal readonly unsafe struct Three : IConstant
{
    public static int Value => sizeof(Three);
}

[StructLayout(LayoutKind.Sequential, Size = 4)]
internal readonly unsafe struct Four : IConstant
{
    public static int Value => sizeof(Four);
}

[StructLayout(LayoutKind.Sequential, Size = 5)]
internal readonly unsafe struct Five : IConstant
{
    public static int Value => sizeof(Five);
}

[StructLayout(LayoutKind.Sequential, Size = 6)]
internal readonly unsafe struct Six : IConstant
{
    public static int Value => sizeof(Six);
}

[StructLayout(LayoutKind.Sequential, Size = 7)]
internal readonly unsafe struct Seven : IConstant
{
    public static int Value => sizeof(Seven);
}

[StructLayout(LayoutKind.Sequential, Size = 8)]
internal readonly unsafe struct Eight : IConstant
{
    public static int Value => sizeof(Eight);
}

[StructLayout(LayoutKind.Sequential, Size = 9)]
internal readonly unsafe struct Nine : IConstant
{
    public static int Value => sizeof(Nine);
}

[StructLayout(LayoutKind.Sequential, Size = 10)]
internal readonly unsafe struct Ten : IConstant
{
    public static int Value => sizeof(Ten);
}

[StructLayout(LayoutKind.Sequential, Size = 11)]
internal readonly unsafe struct Eleven : IConstant
{
    public static int Value => sizeof(Eleven);
}

[StructLayout(LayoutKind.Sequential, Size = 12)]
internal readonly unsafe struct Twelve : IConstant
{
    public static int Value => sizeof(Twelve);
}

[StructLayout(LayoutKind.Sequential, Size = 13)]
internal readonly unsafe struct Thirteen : IConstant
{
    public static int Value => sizeof(Thirteen);
}

[StructLayout(LayoutKind.Sequential, Size = 14)]
internal readonly unsafe struct Fourteen : IConstant
{
    public static int Value => sizeof(Fourteen);
}
