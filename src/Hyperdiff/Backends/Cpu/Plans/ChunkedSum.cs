using System.Numerics;
using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>A value to which every chunk of a step adds a part.</summary>
/// <param name="Partials">The slot that holds one part per chunk.</param>
/// <param name="Result">The slot of the sum.</param>
internal readonly record struct ChunkedSum(int Partials, int Result)
{
    /// <summary>The part of a chunk.</summary>
    public Span<T> Part<T>(HostArray[] values, int chunk)
        where T : unmanaged
    {
        int size = values[Result].AsSpan<T>().Length;
        return values[Partials].AsSpan<T>().Slice(chunk * size, size);
    }

    /// <summary>Adds the parts pairwise.</summary>
    public void Add<T>(Frame frame, int chunks)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> parts = frame.Values[Partials].AsSpan<T>(), result = frame.Values[Result].AsSpan<T>();
        RowFold<T, SumFold>.Of(parts, result.Length, chunks);
        parts[..result.Length].CopyTo(result);
    }
}
