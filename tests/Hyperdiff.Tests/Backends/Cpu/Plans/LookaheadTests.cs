using System.Runtime.Intrinsics.X86;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>Programs that fetch the next tile while they compute one.</summary>
public class LookaheadTests
{
    private const int Doubles = 8;

    /// <summary>Several arrays that no cache holds are fetched ahead; one instruction, or arrays of a few megabytes, are left to the processor.</summary>
    [Theory]
    [InlineData(1_100_000, 3, 2, true)]
    [InlineData(1_100_000, 3, 1, false)]
    [InlineData(1_100_000, 2, 4, false)]
    [InlineData(100_000, 4, 4, false)]
    public void Only_what_stays_in_no_cache_is_fetched_ahead(int count, int arrays, int instructions, bool expected) => Assert.Equal(
        expected && Sse.IsSupported,
        TileLookahead.Of(TileGrid.Flat(count), [.. Enumerable.Range(0, arrays).Select(slot => (slot, Doubles))], instructions) is not null);

    /// <summary>With it, elements come out as they do in pieces that are too small for it, to the last, of operands that end where their arrays end.</summary>
    [Fact]
    public void No_bit_changes()
    {
        const int Count = 1_100_003, Piece = 100_000;
        Tensor x = Tensor.From([.. Enumerable.Range(0, Count).Select(i => (i % 1013 / 100.0) - 5.0)]);
        Tensor y = Tensor.From([.. Enumerable.Range(0, Count).Select(i => 1 + (i % 911 / 100.0))]);
        Tensor whole = Run(x, y);
        for (int start = 0; start < Count; start += Piece)
        {
            int end = Math.Min(Count, start + Piece);
            BackendAssert.SameBits(Run(x[start..end], y[start..end]), whole[start..end]);
        }
    }

    private static Tensor Run(params Tensor[] x) =>
        CpuBackend.Instance.Compile(TracedFunction.Of(a => [(a[0].Exp() / a[1]) + (a[0] * a[1]), a[0] / a[1]], x).Graph).Run(x)[0];
}
