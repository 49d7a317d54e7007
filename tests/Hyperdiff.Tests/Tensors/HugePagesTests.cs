using System.Globalization;
using System.Runtime.InteropServices;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Tests.Tensors;

/// <summary>Large arrays are where the operating system gives large pages.</summary>
public sealed class HugePagesTests
{
    private const int Large = 1 << 23;
    private const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";

    [SkippableTheory]
    [InlineData("given")]
    [InlineData("result")]
    [InlineData("zeros")]
    [InlineData("arena")]
    public void ALargeArray_AsksForLargePages(string origin)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists(Setting), "This system has no large pages on demand.");
        using var held = new Pinned(Make(origin));

        Assert.Contains("hg", Flags(held.Middle));
    }

    [Fact]
    public void ASmallArray_AsksForNothing()
    {
        double[] small = new double[100];
        Assert.Same(small, HugePages.For(small));
    }

    private static Array Make(string origin) => origin switch
    {
        "given" => Tensor.From(Enumerable.Range(0, Large / sizeof(double)).Select(i => (double)i).ToArray()).Read().Data,
        "result" => (Tensor.From(new float[Large / sizeof(float)]) + 1).Read().Data,
        "zeros" => HostArray.Allocate(new TensorType(DType.Int32, [Large / sizeof(int)])).Data,
        _ => AlignedArray.Allocate(DType.Float64, Large / sizeof(double)).Data,
    };

    // of the mapping that contains the address: "hg" is for large pages
    private static string[] Flags(nuint address)
    {
        bool within = false;
        foreach (string line in File.ReadLines("/proc/self/smaps"))
        {
            string first = line.Split(' ', 2)[0];
            if (!first.EndsWith(':') && first.Split('-') is [string start, string end])
            {
                within = Address(start) <= address && address < Address(end);
            }
            else if (within && first == "VmFlags:")
            {
                return line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            }
        }

        return [];
    }

    private static nuint Address(string text) => nuint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed class Pinned(Array array) : IDisposable
    {
        private readonly GCHandle _handle = GCHandle.Alloc(array, GCHandleType.Pinned);

        public nuint Middle => (nuint)_handle.AddrOfPinnedObject() + (Large / 2);

        public void Dispose() => _handle.Free();
    }
}
