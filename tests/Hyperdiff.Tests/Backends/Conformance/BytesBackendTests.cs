using Hyperdiff.Graphs;
using Hyperdiff.Testing;

namespace Hyperdiff.Tests.Backends.Conformance;

/// <summary>A backend written outside of the library, with kernels for three functions and the host for all others, conforms.</summary>
public sealed class BytesBackendTests
{
    // the longest are left to the guarded backend, which differs in nothing that they look at
    public static TheoryData<string> Areas => [.. BackendConformance.Cases.Select(item => item.Area).Distinct().Except(["laws", "hypergradients"])];

    [Theory]
    [MemberData(nameof(Areas))]
    public void ABackendOfOnesOwn_Conforms(string area) => BackendConformance.Run(new BytesBackend(), item => item.Area == area).EnsureConforms();

    [Fact]
    public void APartOfTheSuite_IsChosenByArea()
    {
        var backend = new BytesBackend();
        ConformanceReport report = BackendConformance.Run(backend, item => item.Area == "primitives");
        report.EnsureConforms();
        Assert.StartsWith($"bytes: {report.Results.Length} cases passed, 0 failed", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ABackendOfOnesOwn_IsUsedByCallingWithItsTensors()
    {
        var backend = new BytesBackend();
        Tensor x = Tensor.From([1.0, 2, 3]).To(backend);
        Tensor g = Diff.Grad(a => (a * a.Exp()).Sum(), x);

        Assert.Same(backend, g.Backend);
        Assert.Equal([2 * Math.E, 3 * Math.Exp(2), 4 * Math.Exp(3)], g.ToArray<double>(), (a, b) => Math.Abs(a - b) <= 8 * DType.Float64.Epsilon() * a);
    }

    [Fact]
    public void Describe_TellsWhatTheHostComputes()
    {
        var backend = new BytesBackend();
        Graph graph = TracedFunction.Of(x => [(x[0] * x[0]).Exp().Sum(), x[0].Tanh() + x[0].Sin().Tanh()], [new TensorType(DType.Float64, [3])]).Graph;

        Assert.Equal(
            ["Sin: on the host, by ", "Sum: on the host, by ", "Tanh: on the host, by "],
            backend.Describe(graph).Split(Environment.NewLine).Select(line => line[..(line.IndexOf(" by ", StringComparison.Ordinal) + 4)]));
        Assert.Contains("2 times", backend.Describe(graph).Split(Environment.NewLine)[2], StringComparison.Ordinal);
    }
}
