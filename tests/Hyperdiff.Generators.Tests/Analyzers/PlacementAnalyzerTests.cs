using Hyperdiff.Generators.Tests.Harness;

namespace Hyperdiff.Generators.Tests.Analyzers;

public sealed class PlacementAnalyzerTests
{
    private const string Main = "static class Main { static object Run(Tensor t, Weights w, double x) { return ";

    [Theory]
    [InlineData("partial class M { [InnerObjective] static Tensor Train(Tensor w, [Frozen] Tensor h) => w; }",
        "HD1021 [h] Parameter h of Train is marked [Frozen], which only a member of a [Tree] record can be; take x.StopGradient() of what is not to be "
            + "differentiated")]
    [InlineData("record Plain([Frozen] Tensor A);",
        "HD1021 [A] Parameter A of new Plain is marked [Frozen], which only a member of a [Tree] record can be; take x.StopGradient() of what is not to be "
            + "differentiated")]
    [InlineData("record Plain { [Frozen] public Tensor? A { get; init; } }",
        "HD1021 [A] A of Plain is marked [Frozen], which only a member of a [Tree] record can be; mark the record [Tree]")]
    [InlineData("partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, [Batch] Tensor x) => w; }",
        "HD1022 [x] Parameter x of Step is marked [Batch], and only objectives are sliced; remove the attribute")]
    [InlineData("partial class M { [RootCondition] static Tensor Rest(Tensor w, Tensor h, [Batch] Tensor x) => w; }",
        "HD1022 [x] Parameter x of Rest is marked [Batch], and only objectives are sliced; remove the attribute")]
    [InlineData("class M { static Tensor Free([Batch] Tensor x) => x; }",
        "HD1022 [x] Parameter x of Free is marked [Batch], and only objectives are sliced; remove the attribute")]
    [InlineData("class M { object F = [FixedPointMap] (Tensor w, Tensor h) => w * h; }",
        "HD1023 [[FixedPointMap]] A lambda is marked [FixedPointMap], and forms are generated for methods only; make it a static method")]
    [InlineData(Main + "Diff.Grad((Weights v) => v.W.Sum(), w); } } record Weights(Tensor W);",
        "HD1024 [Diff.Grad((Weights v) => v.W.Sum(), w)] Diff.Grad gets a Weights, for which no tree is known, and would throw; mark Weights with [Tree], or "
            + "pass a tree")]
    [InlineData(Main + "Diff.Grad((double v) => t * v, x); } } record Weights(Tensor W);",
        "HD1024 [Diff.Grad((double v) => t * v, x)] Diff.Grad gets a double, for which no tree is known, and would throw; take a Tensor, or pass a tree")]
    [InlineData(Main + "Loop.Iterate(2, v => v, w); } } class Weights { public Tensor? W; }",
        "HD1024 [Loop.Iterate(2, v => v, w)] Loop.Iterate gets a Weights, for which no tree is known, and would throw; make Weights a partial record marked "
            + "[Tree], or "
            + "pass a tree")]
    [InlineData(Main + "Diff.Jvp((Weights v) => { var sum = v + v; return (sum, t); }, w, w); } } [Tree] partial record Weights(Tensor W);",
        "HD1024 [Diff.Jvp((Weights v) => { var sum = v + v; return (sum, t); }, w, w)] Diff.Jvp gets a (Weights sum, Tensor t), for which no tree is known, and would "
            + "throw; write the type down, as that of a parameter of the lambda or a type argument, where the generator finds it, or pass a tree")]
    [InlineData(Main + "Objective.From((double v, Tensor h) => h); } } record Weights(Tensor W);",
        "HD1024 [Objective.From((double v, Tensor h) => h)] Objective.From gets a double, for which no tree is known, and would throw; take a Tensor, or pass a tree")]
    public async Task WhatHasNoEffect_IsReported(string source, string expected) => Assert.Equal([expected], await Analysis.Of(source));

    [Theory]
    [InlineData("[Tree] partial record Penalty([Frozen] Tensor A) { [Frozen] public Tensor B => A; }")]
    [InlineData("partial class M { [InnerObjective] static Tensor Train(Tensor w, Tensor h, [Batch] Tensor x) => w; }")]
    [InlineData("class M { object F = [System.Obsolete] (Tensor w, Tensor h) => w * h; }")]
    [InlineData(Main + "Diff.Grad((Weights v) => v.W.Sum(), w); } } [Tree] partial record Weights(Tensor W);")]
    [InlineData(Main + "Diff.Grad((Weights v) => v.W.Sum(), w, tree: null!); } } record Weights(Tensor W);")]
    [InlineData(Main + "Diff.Grad(((Tensor, Tensor) v) => v.Item1, (t, t)); } } record Weights(Tensor W);")]
    [InlineData(Main + "Diff.Jvp((Weights v) => (v + v, t), w, w); } } [Tree] partial record Weights(Tensor W);")]
    [InlineData(Main
        + "Diff.Jvp<Weights, (Weights, Tensor)>((Weights v) => { var sum = v + v; return (sum, t); }, w, w); } } [Tree] partial record Weights(Tensor W);")]
    [InlineData("static class Main { static T Run<T>(System.Func<T, Tensor> f, T w) => Diff.Grad(f, w); }")]
    public async Task WhatApplies_IsNotReported(string source) => Assert.Empty(await Analysis.Of(source));
}
