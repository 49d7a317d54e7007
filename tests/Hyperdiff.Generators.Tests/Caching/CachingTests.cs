using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Tests.Caching;

public sealed class CachingTests
{
    private const string Trees = "[Tree] public sealed partial record Weights(Tensor W);";

    private const string Methods = """
        public static partial class Model
        {
            [FixedPointMap] static Weights Step(Weights w, Tensor h, Tensor x) => w;

            [RootCondition] static Weights Balance(Weights w, Tensor h) => w - w;

            [InnerObjective] static Tensor Train(Weights w, Tensor h, [Batch] Tensor x) => (w.W * x).Sum();

            [GradientOf(nameof(Train))] private static partial Weights Slope(Weights w, Tensor h, Tensor x);
        }
        """;

    private const int Files = 6;

    [Theory]
    [InlineData(Methods, "=> w;", "=> 0.5 * w;")]
    [InlineData(Methods, "public static partial class", "// moved down\n\npublic static partial class")]
    [InlineData(Methods, "[FixedPointMap]", "static int Unrelated => 1;\n[FixedPointMap]")]
    [InlineData(Trees, "[Tree]", "/* moved */ [Tree]")]
    [InlineData(Trees, "(Tensor W);", "(Tensor W) { public int Rank => W.Rank; }")]
    public void Edit_ThatChangesNoModel_LeavesEveryFileCached(string file, string from, string to)
    {
        GeneratorRun before = GeneratorRun.Of(Trees, Methods);

        GeneratorRun after = before.Then(Replace(before, file, from, to));

        Assert.Equal(Enumerable.Repeat(IncrementalStepRunReason.Cached, Files), after.OutputReasons());
        Assert.Equal(before.Files, after.Files);
    }

    [Fact]
    public void Edit_InAnotherFile_LeavesEveryFileCached()
    {
        GeneratorRun before = GeneratorRun.Of(Trees, Methods);

        GeneratorRun after = before.Then(
            before.Before.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Other { int X => 1; }", Source.ParseOptions, "Other.cs")));

        Assert.Equal(Enumerable.Repeat(IncrementalStepRunReason.Cached, Files), after.OutputReasons());
    }

    [Fact]
    public void AddedSibling_EmitsItsOwnFileOnly()
    {
        GeneratorRun before = GeneratorRun.Of(Trees, Methods);

        GeneratorRun after = before.Then(Replace(before, Methods, "[InnerObjective]",
            "[FixedPointMap] static Weights Jump(Weights w, Tensor h) => w;\n[InnerObjective]"));

        Assert.Equal(Files, after.OutputReasons().Count(reason => reason == IncrementalStepRunReason.Cached));
        Assert.Equal(1, after.OutputReasons().Count(reason => reason == IncrementalStepRunReason.New));
    }

    [Fact]
    public void ChangedSignature_EmitsItsFileAndThoseThatDependOnIt()
    {
        GeneratorRun before = GeneratorRun.Of(Trees, Methods);

        GeneratorRun after = before.Then(Replace(before, Methods, "Tensor x) => w", "Tensor x, Tensor rate) => w"));

        Assert.Equal(1, after.OutputReasons().Count(reason => reason == IncrementalStepRunReason.Modified));
        Assert.Equal(Files - 1, after.OutputReasons().Count(reason => reason == IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void ErrorElsewhere_LeavesEveryFileCached()
    {
        GeneratorRun before = GeneratorRun.Of(Trees, Methods);

        GeneratorRun after = before.Then(Replace(before, Methods, "=> w;", "=> w;\n[FixedPointMap] static Weights Wrong(double w) => null!;"));

        Assert.Equal(Enumerable.Repeat(IncrementalStepRunReason.Cached, Files), after.OutputReasons());
    }

    private static Compilation Replace(GeneratorRun run, string file, string from, string to)
    {
        SyntaxTree old = run.Before.SyntaxTrees.Single(tree => tree.ToString().EndsWith(file, StringComparison.Ordinal));
        string edited = old.ToString().Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(old.ToString(), edited);
        return run.Before.ReplaceSyntaxTree(old, CSharpSyntaxTree.ParseText(edited, Source.ParseOptions, old.FilePath));
    }
}
