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

    private const string Zero = "and no annotated method reads it: its hypergradient is zero; ";

    [Theory]
    [InlineData("static partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h) => w.Square().Sum(); }",
        "HD3001 [h] h is a hyperparameter of Train, " + Zero + "use it")]
    [InlineData("static partial class M { [InnerObjective] static Tensor Train(Tensor w, (Tensor A, Tensor B) h) => (h.A * w).Square().Sum(); }",
        "HD3001 [h] h.B is a hyperparameter of Train, " + Zero + "use it, or leave it out")]
    [InlineData(
        "[Tree] public partial record Inner(Tensor A, Tensor B); [Tree] public partial record Outer(Inner I, Tensor C); static partial class M { [InnerObjective] "
            + "static Tensor Train(Tensor w, Outer h) => w * h.I.A * h.C; }",
        "HD3001 [B] Outer.I.B is a hyperparameter of Train, " + Zero + "use it, remove it, or mark it [Frozen]")]
    [InlineData("static partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h) => h.Square().Sum(); }",
        "HD3002 [w] Train does not depend on w: every state is a minimum of it; use it, or leave it out of the state")]
    [InlineData("static partial class M { [OuterObjective] static Tensor Test(Tensor w, Tensor h) => h.Square().Sum(); }",
        "HD3002 [w] Test does not depend on w: of the hypergradient only the direct part is left; use it, or leave it out of the state")]
    [InlineData("static partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => h.Square(); }",
        "HD3002 [w] Step does not depend on w: its result is the solution, and there is nothing to iterate; use it, or leave it out of the state")]
    [InlineData(
        "[Tree] public partial record Weights(Tensor W, Tensor Bias); static partial class M { [InnerObjective] static Tensor Train(Weights w, Tensor h) => (w.W * h).Sum(); }",
        "HD3002 [w] Train does not depend on Weights.Bias: its minimum is not unique, and no hypergradient can be told of it; use it, or leave it out of the state")]
    [InlineData("static partial class M { [InnerObjective] static Tensor Train((Tensor A, Tensor B) w, Tensor h) => (w.A * h).Sum(); }",
        "HD3002 [w] Train does not depend on w.B: its minimum is not unique, and no hypergradient can be told of it; use it, or leave it out of the state")]
    [InlineData("static partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h, [Batch] Tensor x) => (x * w * h).Square().Sum(); }",
        "HD3003 [(x * w * h).Square().Sum()] Train sums over samples marked [Batch], so that the average over slices is not its value; take the mean, or divide by the "
            + "number of samples")]
    [InlineData(
        "static partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h, [Batch] Tensor x) { Tensor r = x * w; return r.Square().Sum() + (h * w).Sum(); } }",
        "HD3003 [r.Square().Sum()] Train sums over samples marked [Batch], so that the average over slices is not its value; take the mean, or divide by the number of "
            + "samples")]
    public async Task WhatNothingDependsOn_IsReported(string source, string expected) => Assert.Equal([expected], await Analysis.Of(source));

    [Theory]
    [InlineData("static partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w * 0.5; }")]
    [InlineData(
        "static partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h) => w.Square().Sum(); [OuterObjective] static Tensor Test(Tensor w, Tensor h) => (w * h).Sum(); }")]
    [InlineData(
        "static partial class M { [InnerObjective] static Tensor Train(Tensor w, (Tensor A, Tensor B) h) => F(h) * w; static Tensor F((Tensor A, Tensor B) h) => h.A; }")]
    [InlineData(
        "static partial class M { [InnerObjective] static Tensor Train(Tensor w, (Tensor A, Tensor B) h) { var (a, b) = h; return (a * b * w).Sum(); } }")]
    [InlineData(
        "[Tree] public partial record W(Tensor A, Tensor B); static partial class M { [FixedPointMap] static W Step(W w, Tensor h) => new(w.A * h, w.A); }")]
    [InlineData(
        "[Tree] public partial record W(Tensor A, Tensor B); static partial class M { [OuterObjective] static Tensor Test(W w, Tensor h) => (w.A * h).Sum(); }")]
    [InlineData(
        "static partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h, [Batch] Tensor x) => (x * w * h).Square().Mean() + (h * w).Sum(); }")]
    [InlineData(
        "static partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h, [Batch] Tensor x) => (x * w * h).Square().Sum() / x.Shape[0]; }")]
    [InlineData("static partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h, [Batch] Tensor x) => (x * w * h).Square().Sum(1).Mean(); }")]
    public async Task WhatMayBeMeant_IsNotReported(string source) => Assert.Empty(await Analysis.Of(source));

    [Theory]
    [InlineData("static object D(Objective<Tensor, Penalty> f) => f.Unroll(h => Optimizer.Sgd(h.LogL2));", true)]
    [InlineData("static object D(Objective<Tensor, Penalty> f) => f.Unroll(Rate); static Optimizer Rate(Penalty h) => Optimizer.Sgd(h.LogL2.Exp());", true)]
    [InlineData(
        "static object D(Objective<Tensor, Penalty> f) => Make(f, h => Optimizer.Sgd(h.LogL2)); static object Make(Objective<Tensor, Penalty> f, System.Func<Penalty, Optimizer> by) => f.Unroll(by);", true)]
    [InlineData(
        "static Tensor D(Tensor w, Penalty h) => Diff.Grad((Penalty p) => Loss(w, p), h).LogL1; static Tensor Loss(Tensor w, Penalty p) => w * p.LogL2;", true)]
    [InlineData(
        "static Penalty D(Tensor w, Penalty h) => Diff.Grad((Penalty p) => Other(w, p), h); static Tensor Other(Tensor w, Penalty p) => (w * p.LogL1).Sum();", false)]
    [InlineData("static void D(Penalty gradient) => System.Console.WriteLine(gradient.LogL2);", false)]
    public async Task Leaf_ThatAFunctionHandedToHyperdiffReads_IsUsed(string elsewhere, bool used)
    {
        string source = Program("w * h.LogL1") + $"static class Elsewhere {{ {elsewhere} }}";

        Assert.Equal(used ? [] : [Expected("Train")], await Analysis.Of(source));
    }
}
