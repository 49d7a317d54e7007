using Hyperdiff.Testing;

namespace Hyperdiff.TorchSharp.Tests;

/// <summary>What every backend must do.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Areas => [.. BackendConformance.Cases.Select(item => item.Area).Distinct()];

    [Theory]
    [MemberData(nameof(Areas))]
    public void Backend_Conforms(string area) => BackendConformance.Run(TorchBackend.Cpu, item => item.Area == area).EnsureConforms();
}
