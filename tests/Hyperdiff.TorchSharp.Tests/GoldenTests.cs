using Hyperdiff.Golden;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>Hypergradients that other systems computed, computed here.</summary>
public sealed class GoldenTests
{
    [GoldenFact]
    public void GoldenHypergradients_AreThose()
    {
        GoldenCase[] cases = [.. GoldenFolder.On(TorchBackend.Cpu)];

        Assert.NotEmpty(cases);
        Assert.Empty(cases.Where(one => one.Failed).Select(one => one.ToString()));
    }

    private sealed class GoldenFactAttribute : FactAttribute
    {
        public GoldenFactAttribute() => Skip = GoldenFolder.Missing;
    }
}
