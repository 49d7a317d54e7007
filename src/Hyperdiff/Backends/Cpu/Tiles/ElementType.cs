using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>The element type of a C# type, decided when the kernel is compiled.</summary>
internal static class ElementType
{
    /// <summary>The element type; for the four types of tensors only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DType Of<T>()
        where T : unmanaged =>
        typeof(T) == typeof(double) ? DType.Float64 : typeof(T) == typeof(float) ? DType.Float32 : typeof(T) == typeof(int) ? DType.Int32 : DType.Bool;
}
