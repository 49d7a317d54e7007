using System.Numerics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>What the package's images hold of kernels for numbers. Nobody runs this: the compiler ahead of time reads it.</summary>
/// <remarks>
/// It compiles what code calls by name. What a generic class overrides is called by the name of its base class, so that it would be left out, with what it
/// calls, and compiled by every process anew, at first into code that is not optimized. Static members of interfaces and vectors are not in images for any
/// call.
/// </remarks>
internal static class ImageKernels
{
    /// <summary>The kernels of both floating types.</summary>
    internal static void All(TileKernel kernel, in Tile tile, TileInstruction instruction, ReadOnlySpan<HostArray> values)
    {
        OfNumbers<double>(kernel, tile, instruction, values);
        OfNumbers<float>(kernel, tile, instruction, values);
    }

    private static void OfNumbers<T>(TileKernel kernel, in Tile tile, TileInstruction instruction, ReadOnlySpan<HostArray> values)
        where T : unmanaged, INumberBase<T>
    {
        ((UnaryKernel<T>)kernel).Compute(tile, instruction);
        ((BinaryKernel<T>)kernel).Compute(tile, instruction);
        ConcatKernel<T>.Lines(values, values[0], 1, (0, 1));
    }
}
