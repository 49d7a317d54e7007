using Hyperdiff.Testing;

namespace Hyperdiff.DiffSharp.Tests;

/// <summary>DiffSharp tensors do what every backend must.</summary>
public class ConformanceTests
{
    private static readonly DiffSharpBackend s_backend = DiffSharpBackend.Of(DiffDevice.CPU, DiffBackend.Reference);

    public static TheoryData<string> Areas => [.. BackendConformance.Cases.Select(item => item.Area).Distinct()];

    [Theory]
    [MemberData(nameof(Areas))]
    public void TheBackendOfDiffSharpConforms(string area) => BackendConformance.Run(s_backend, item => item.Area == area).EnsureConforms();
}
