using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Tests.Caching;

/// <summary>What one file says changes what is emitted for another, however it comes to matter there: a driver with its caches emits what a fresh one
/// does.</summary>
public sealed class DependenceTests
{
    private const string Method = "namespace Demo; public static partial class Model { [FixedPointMap] static W Step(W w, Tensor h, Tensor x) => w; }";

    private const string Weights = "namespace Demo { [Tree] public sealed partial record W(Tensor A); }";

    // the file with the method, then others; one of the others is edited
    public static TheoryData<string, string[], int, string> Edits => new()
    {
        { "a record is not marked any more", [Method, Weights], 1, "namespace Demo { public sealed partial record W(Tensor A); }" },
        { "a record becomes private to its file", [Method, Weights], 1, "namespace Demo { [Tree] file sealed partial record W(Tensor A); }" },
        { "a record moves", [Method, Weights, "namespace Other { }"], 1, "namespace Other { [Tree] public sealed partial record W(Tensor A); }" },
        { "a record is nearer", [Method.Replace("W ", "V ", StringComparison.Ordinal), "[Tree] public sealed partial record V(Tensor A);", ""], 2,
            "namespace Demo { [Tree] public sealed partial record V(Tensor B, Tensor C); }" },
        { "a nested record is nearer", [Method, Weights, ""], 2,
            "namespace Demo { public static partial class Model { [Tree] public sealed partial record W(Tensor B); } }" },
        { "an inherited nested record is nearest",
            ["namespace Demo; public partial class Model : Basis { [FixedPointMap] static W Step(W w, Tensor h) => w; }", Weights,
                "namespace Demo { public class Basis { } }"], 2,
            "namespace Demo { public partial class Basis { [Tree] public sealed partial record W(Tensor B); } }" },
        { "a record is internal", [Method, Weights], 1, Weights.Replace("public", "internal", StringComparison.Ordinal) },
        { "a part is added", [Method, Weights, ""], 2, "namespace Demo { partial record W { public Tensor B { get; init; } = Tensor.Scalar(1); } }" },
        { "a part has an operator", [Method, Weights, ""], 2, "namespace Demo { partial record W { public static W operator +(W a, W b) => a; } }" },
        { "an accessor takes to storage", [Method, Weights, "namespace Demo { partial record W { public Tensor B { get => A; set { } } } }"], 2,
            "namespace Demo { partial record W { public Tensor B { get; set; } = Tensor.Scalar(0); } }" },
        { "a constructor sets what it computes",
            [Method,
                "namespace Demo { [Tree] public sealed partial record W { public Tensor A { get; init; } = Tensor.Scalar(0); public Tensor B { get; } = "
                    + "Tensor.Scalar(1); } }",
                "namespace Demo { partial record W { public W() { } public W(int n) { } } }"], 2,
            "namespace Demo { partial record W { public W() { } public W(int n) { B = Tensor.Scalar(n); } } }" },
        { "a record deep inside is not marked",
            [Method, "namespace Demo { [Tree] public sealed partial record W(V A); }", "namespace Demo { [Tree] public sealed partial record V(Tensor A); }"],
            2, "namespace Demo { public sealed partial record V(Tensor A); }" },
        { "a base record grows", [Method, "namespace Demo { [Tree] public sealed partial record W(Tensor A) : V; }",
            "namespace Demo { public abstract record V { } }"], 2,
            "namespace Demo { public abstract record V { public Tensor B { get; init; } = Tensor.Scalar(0); } }" },
        { "a base record has a tree", [Method, "namespace Demo { [Tree] public sealed partial record W(Tensor A) : V; }",
            "namespace Demo { public partial record V { public Tensor B { get; init; } = Tensor.Scalar(0); } }"], 2,
            "namespace Demo { [Tree] public partial record V { public Tensor B { get; init; } = Tensor.Scalar(0); } }" },
        { "a global alias", ["public static partial class Model { [FixedPointMap] static T Step(T w, Tensor h) => w; }", Weights,
            "global using T = Demo.W;"], 2,
            "global using T = Hyperdiff.Tensor;" },
        { "what a global alias stands for",
            ["public static partial class Model { [FixedPointMap] static T Step(T w, Tensor h) => w; }", "global using T = Demo.W;", Weights], 2,
            "namespace Demo { [Tree] internal sealed partial record W(Tensor A); }" },
        { "a namespace named like a type", [Method, Weights], 1, Weights + " namespace Demo.Tensor { }" },
        { "a type named like one of the library", [Method, Weights, ""], 2,
            "namespace Demo { [Tree] public sealed partial record Tensor(Hyperdiff.Tensor B); }" },
        { "an attribute named like one of the library", [Method, Weights, ""], 2, "namespace Demo { class FixedPointMapAttribute : System.Attribute { } }" },
        { "an attribute named without its suffix", [Method, Weights, ""], 2, "namespace Demo { class FixedPointMap : System.Attribute { } }" },
        { "a constant", ["public static partial class Model { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, int n = Numbers.N) => w; }",
            "static class Numbers { public const int N = 1; }"], 1,
            "static class Numbers { public const int N = 2; }" },
        { "a constant behind a constant",
            ["public static partial class Model { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, int n = Numbers.N) => w; }",
            "static class Numbers { public const int N = Others.N; }", "static class Others { public const int N = 1; }"], 2,
            "static class Others { public const int N = 2; }" },
        { "a constant that is used statically",
            ["using static Numbers; public static partial class Model { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, int n = N) => w; }",
            "static class Numbers { public const int N = 1; }"], 1, "static class Numbers { public const int N = 2; }" },
        { "a constant that is used statically everywhere",
            ["public static partial class Model { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, int n = N) => w; }",
            "global using static Numbers;", "static class Numbers { public const int N = 1; }"], 2, "static class Numbers { public const int N = 2; }" },
        { "a constant of the other part", ["public static partial class Model { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, int n = N) => w; }",
            "partial class Model { private const int N = 1; }"], 1, "partial class Model { private const int N = 2; }" },
        { "an enumeration", ["public static partial class Model { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, E n = E.B) => w; }",
            "public enum E { A, B }"], 1,
            "public enum E { B, A }" },
        { "what is no enumeration any more",
            ["public static partial class Model { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, E n) => w; }", "public enum E { A, B }"], 1,
            "public struct E { }" },
        { "a message", ["public static partial class Model { [System.Obsolete(Texts.Old)] [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }",
            "static class Texts { public const string Old = \"a\"; }"], 1, "static class Texts { public const string Old = \"b\"; }" },
        { "a member named like a generated one", [Method, Weights, "namespace Demo { partial class Model { } }"], 2,
            "namespace Demo { partial class Model { static int StepMap => 1; } }" },
        { "a member named like a generated type", [Method, Weights, "namespace Demo { partial class Model { } }"], 2,
            "namespace Demo { partial class Model { static int StepMapForm => 1; } }" },
        { "an overload that is marked", [Method, Weights, "namespace Demo { partial class Model { } }"], 2,
            "namespace Demo { partial class Model { [FixedPointMap] static W Step(W w, Tensor h) => w; } }" },
        { "the other part is not partial", [Method, Weights, "namespace Demo { partial class Model { } }"], 2,
            "namespace Demo { partial class Model<T> { } }" },
        { "the kind of the class", [Method, Weights, "namespace Demo { partial class Model { } }"], 2, "namespace Demo { internal partial class Model { } }" },
        { "a gradient's objective", ["partial class Model { [GradientOf(\"Loss\")] private static partial Tensor Slope(Tensor w, Tensor h); }",
            "static partial class Model { [InnerObjective] static Tensor Loss(Tensor w, Tensor h) => w; }"], 1,
            "static partial class Model { [InnerObjective] static Tensor Loss(Tensor w, Tensor h, Tensor x) => w; }" },
        { "what a comment refers to",
            ["/// <summary>See.</summary>\npublic static partial class Model { /// <summary>Of <see cref=\"Sine\"/>.</summary>\n[FixedPointMap] static Tensor "
                + "Step(Tensor w, Tensor h) => w; }", ""], 1,
            "class Sine { }" },
        { "a tuple's type", [Method, Weights, ""], 2, "namespace System { public struct String { } }" },
        { "what stands twice", [Method, Weights, ""], 2, Weights },
        { "nullability", [Method, "namespace Demo { [Tree] public sealed partial record W(Tensor A, Tensor? B); }"], 1,
            "#nullable disable\nnamespace Demo { [Tree] public sealed partial record W(Tensor A, Tensor B); }" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void EditOfAnotherFile_ThatMatters_IsSeen(string what, string[] files, int edited, string text)
    {
        GeneratorRun before = GeneratorRun.Of(files);
        string[] changed = [.. files.Select((file, i) => i == edited ? text : file)];
        SyntaxTree old = before.Before.SyntaxTrees.ElementAt(edited);

        GeneratorRun after = before.Then(before.Before.ReplaceSyntaxTree(old,
            CSharpSyntaxTree.ParseText("using Hyperdiff;\n" + text, Source.ParseOptions, old.FilePath)));

        Assert.Equal(GeneratorRun.Of(changed).Files, after.Files);
        Assert.True(
            what is "the kind of the class" or "a tuple's type" or "what stands twice" or "the other part is not partial"
                || !before.Files.OrderBy(file => file.Key, StringComparer.Ordinal).SequenceEqual(after.Files.OrderBy(file => file.Key, StringComparer.Ordinal)),
            $"{what}: nothing changed");
    }

    [Fact]
    public void EditInsideABody_ThatEndsElsewhere_IsSeen()
    {
        const string others =
            "#nullable enable\nstatic partial class Model { static int F() { return 1; } [FixedPointMap] static Tensor Step(Tensor w, Tensor h, Tensor? x) => w; }";
        GeneratorRun before = GeneratorRun.Of(others, Weights);
        foreach (string edit in (string[])["return 1;\n#nullable disable\n", "return 1; /*",
            "return 1; } [InnerObjective] static Tensor Loss(Tensor w, Tensor h) => w; static int G() {",
            "return 1; } } static class Other {"])
        {
            string text = others.Replace("return 1;", edit, StringComparison.Ordinal);
            SyntaxTree old = before.Before.SyntaxTrees.First();

            GeneratorRun after = before.Then(before.Before.ReplaceSyntaxTree(old,
                CSharpSyntaxTree.ParseText("using Hyperdiff;\n" + text, Source.ParseOptions, old.FilePath)));

            Assert.Equal(GeneratorRun.Of(text, Weights).Files, after.Files);
        }
    }

    [Fact]
    public void OptionsAndReferences_ThatChange_AreSeen()
    {
        GeneratorRun before = GeneratorRun.Of(Method.Replace("Tensor x", "Tensor? x", StringComparison.Ordinal), Weights);
        var compilation = (CSharpCompilation)before.Before;
        foreach (CSharpCompilation edited in (CSharpCompilation[])[
            compilation.WithOptions(compilation.Options.WithNullableContextOptions(NullableContextOptions.Disable)),
            compilation.RemoveReferences(compilation.References.Where(reference => reference.Display!.EndsWith("Hyperdiff.dll", StringComparison.Ordinal)))])
        {
            Assert.Equal(GeneratorRun.Of(edited).Files, before.Then(edited).Files);
        }
    }

    [Fact]
    public void FilesThatChangePlaces_AreSeen()
    {
        string[] files = ["[Tree] public sealed partial record W(Tensor A);", "[Tree] public sealed partial record W(Tensor B);", "[Tree] partial record W;"];
        GeneratorRun before = GeneratorRun.Of(files);
        SyntaxTree[] trees = [.. before.Before.SyntaxTrees];

        foreach (int[] order in (int[][])[[1, 0, 2], [2, 1, 0], [0, 1], [1, 2], [2, 0]])
        {
            Compilation edited = before.Before.RemoveAllSyntaxTrees().AddSyntaxTrees(order.Select(i => trees[i]));

            Assert.Equal(GeneratorRun.Of((CSharpCompilation)edited).Files, before.Then(edited).Files);
        }
    }
}
