using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Analyzers;

public sealed class HyperparameterAnalyzerTests
{
    private static string Program(string train, string rest = "") =>
        $$"""
        [Tree] public sealed partial record Penalty(Tensor LogL1, Tensor LogL2, [Frozen] Tensor Scale, int Depth) { public Tensor Twice => LogL1 + LogL1; }

        public static partial class Model
        {
            [InnerObjective] static Tensor Train(Tensor w, Penalty h) => {{train}};

            {{rest}}
        }

        public static class Printer
        {
            public static Tensor Print(Penalty h) => h.LogL2;
        }
        """;

    private static string Expected(string method) =>
        $"HD3001 [LogL2] Penalty.LogL2 is a hyperparameter of {method}, and no annotated method reads it: its hypergradient is zero; use it, remove it, or "
            + $"mark it [Frozen]";

    [Theory]
    [InlineData("w * h.LogL1")]
    [InlineData("w * h.Twice")]
    [InlineData("w * Helper(h)", "static Tensor Helper(Penalty h) => h.LogL1;")]
    [InlineData("w * h.LogL1",
        "[GradientOf(nameof(Train))] private static partial Tensor G(Tensor w, Penalty h); [FixedPointMap] static Tensor Step(Tensor w, Penalty h) => w - G(w, h);")]
    public async Task Member_ThatNoAnnotatedMethodReads_IsReported(string train, string rest = "") =>
        Assert.Equal([Expected(rest.Contains("Step", StringComparison.Ordinal) ? "Step" : "Train")], await Analysis.Of(Program(train, rest)));

    [Theory]
    [InlineData("w * h.LogL1 * h.LogL2")]
    [InlineData("w * h.LogL1", "[OuterObjective] static Tensor Test(Tensor w, Penalty h) => w * h.LogL2;")]
    [InlineData("w * h.LogL1 * Printer.Print(h)")]
    [InlineData("w * (2.0 * h).LogL1")]
    [InlineData("Copy(w, h)", "static Tensor Copy(Tensor w, Penalty h) { Penalty other = h; return w * other.LogL1; }")]
    public async Task Member_ThatMayBeRead_IsNotReported(string train, string rest = "") => Assert.Empty(await Analysis.Of(Program(train, rest)));

    [Fact]
    public async Task Pragma_Suppresses() => Assert.Empty(await Analysis.Of("\n#pragma warning disable HD3001\n" + Program("w * h.LogL1")));

    [Fact]
    public async Task Structure_ThatIsNoHyperparameter_IsNotReported() =>
        Assert.Empty(await Analysis.Of(
            "[Tree] public partial record Weights(Tensor W); static partial class M { [FixedPointMap] static Weights F(Weights w, Tensor h) => w; }"));
}
