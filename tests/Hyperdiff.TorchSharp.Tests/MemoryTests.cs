using System.Globalization;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>Native memory, measured from outside of the garbage collector's view.</summary>
public sealed class MemoryTests
{
    // 100,000 products of 8 KB and their quotients are 1.6 GB; the allocators of both worlds keep some tens of MB
    private const int MostMebibytes = 64;

    [Theory]
    [InlineData("products-alone")]
    [InlineData("products-in-plans")]
    [InlineData("products-in-solves")]
    [InlineData("conversions")]
    [InlineData("modules")]
    [InlineData("nodes")]
    public void Process_StaysAsLargeAsItWas(string job)
    {
        (int exitCode, string output) = ChildProcess.Run(job);

        Assert.True(exitCode == 0, output);
        Assert.InRange(int.Parse(output, CultureInfo.InvariantCulture), int.MinValue, MostMebibytes);
    }
}
