using TorchSharp;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>Whether libtorch is here at all.</summary>
public sealed class SmokeTests
{
    [Fact]
    public void Libtorch_Adds()
    {
        using torch.Tensor sum = torch.ones(3, dtype: torch.float64) + 1;

        Assert.Equal([2.0, 2, 2], sum.data<double>().ToArray());
    }
}
