using System.Reflection;
using Hyperdiff.CodeFixes;
using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>What editors offer for a diagnostic, and what it makes of the program.</summary>
public sealed class CodeFixTests
{
    private static readonly CodeFixProvider[] s_fixes =
        [
        new MakePartialFix(), new MakeStaticFix(), new MarkTreeFix(), new TakeRandomKeyFix(), new TensorMathFix(), new BoundLoopFix(), new LiftExpressionFix(),
    ];

    /// <summary>The program before, the title, the program after.</summary>
    public static TheoryData<string, string, string> Cases => new()
    {
        {
            "// a model\nclass M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }", "Make M partial",
            "// a model\npartial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }"
        },
        {
            "class A { internal sealed class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; } }", "Make M partial",
            "class A { internal sealed partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; } }"
        },
        { "[Tree] public record R(Tensor W);", "Make R partial", "[Tree] public partial record R(Tensor W);" },
        {
            "partial class M { /* the step */ [FixedPointMap] Tensor Step(Tensor w, Tensor h) => w; }", "Make Step static",
            "partial class M { /* the step */ [FixedPointMap] static Tensor Step(Tensor w, Tensor h) => w; }"
        },
        {
            "partial class M { [FixedPointMap] public partial Tensor Step(Tensor w, Tensor h); public partial Tensor Step(Tensor w, Tensor h) => w; }",
            "Make Step static",
            "partial class M { [FixedPointMap] public static partial Tensor Step(Tensor w, Tensor h); public partial Tensor Step(Tensor w, Tensor h) => w; }"
        },
        {
            "public record R(Tensor W); partial class M { [FixedPointMap] static Tensor Step(Tensor w, (Tensor, R[]) h) => w; }", "Mark R [Tree]",
            "[Tree]\npublic partial record R(Tensor W); partial class M { [FixedPointMap] static Tensor Step(Tensor w, (Tensor, R[]) h) => w; }"
        },
        {
            "/// <summary>Inner.</summary>\npublic sealed record R(Tensor W);\n[Tree] public partial record Q(R A);", "Mark R [Tree]",
            "/// <summary>Inner.</summary>\n[Tree]\npublic sealed partial record R(Tensor W);\n[Tree] public partial record Q(R A);"
        },
        {
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, int n = 1) => w * System.Random.Shared.NextDouble(); }",
            "Take a RandomKey",
            "partial class M { [FixedPointMap] static Tensor Step(Tensor w, Tensor h, RandomKey key, int n = 1) => w * System.Random.Shared.NextDouble(); }"
        },
        { "class M { Tensor F(Tensor x) => System.Math.Sin(x); }", "Use Tensor.Sin", "class M { Tensor F(Tensor x) => x.Sin(); }" },
        {
            "using System; class M { Tensor F(Tensor x) => 2 * Math.Max(x + 1, x) /* at last */ ; }", "Use Tensor.Maximum",
            "using System; class M { Tensor F(Tensor x) => 2 * (x + 1).Maximum(x) /* at last */ ; }"
        },
        {
            Numbers("while (w > 1e-3) { w *= 0.5; } return w;"), "Make at most 100 steps",
            Numbers("for (int i = 0; i < 100 && w > 1e-3; i++) { w *= 0.5; } return w;")
        },
        {
            Numbers("int i = 0, j = 1; /* on */ while (w > 1 || h > 1) { w *= 0.5; h *= 0.5; } return w + i + j; /* end */"), "Make at most 100 steps",
            Numbers("int i = 0, j = 1; /* on */ for (int k = 0; k < 100 && (w > 1 || h > 1); k++) { w *= 0.5; h *= 0.5; } return w + i + j; /* end */")
        },
        {
            Numbers("do { w *= 0.5; } while (w > h); return w;"), "Make at most 100 steps",
            Numbers("{ int i = 0; do { w *= 0.5; i++; } while (i < 100 && w > h); } return w;")
        },
        {
            Numbers("for (double t = 0; t < w; t += 0.1) { h += t; } return h;"), "Make at most 100 steps",
            Numbers("{ int i = 0; for (double t = 0; i < 100 && t < w; t += 0.1, i++) { h += t; } } return h;")
        },
        {
            Numbers("for (; ; ) { w *= 0.5; if (w < h) { break; } } return w;"), "Make at most 100 steps",
            Numbers("for (int i = 0; i < 100; i++) { w *= 0.5; if (w < h) { break; } } return w;")
        },
        {
            Numbers("if (w < 0) { throw new System.ArgumentException(); } return w;"), "Return double.NaN",
            Numbers("if (w < 0) { return double.NaN; } return w;")
        },
        {
            Numbers("return w < 0 ? throw new System.ArgumentException() : w;"), "Take double.NaN",
            Numbers("return w < 0 ? double.NaN : w;")
        },
        {
            Numbers("return 2 * System.Math.Log(w, h);"), "Write System.Math.Log(w) / System.Math.Log(h)",
            Numbers("return 2 * (System.Math.Log(w) / System.Math.Log(h));")
        },
    };

    /// <summary>Programs for which nothing is offered, though the diagnostic is there.</summary>
    public static TheoryData<string> Beyond =>
    [
        "partial interface I { [FixedPointMap] static abstract Tensor Step(Tensor w, Tensor h); }",
        "partial class M { [FixedPointMap] static Tensor Step(Tensor w, double h) => w; }",
        "class M { void G(string s) { } void F(int x) => G(x); }",
        "class M { double F(string s) => System.Math.Sin(s); }",
        Numbers("do { if (w > 2) { continue; } w *= 0.5; } while (w > h); return w;"),
        Numbers("return System.Math.BitIncrement(w);"),
    ];

    private static string Numbers(string body) => $"static partial class M {{ [InnerObjective] static double F(double w, double h) {{ {body} }} }}";

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Fix_MakesThisOfTheProgram(string before, string title, string after)
    {
        // two places may ask for the same
        IReadOnlyList<(CodeAction Action, Document Document)> offers = await Offered(before);
        Assert.True(offers.Any(offer => offer.Action.Title == title), $"{before}\n{string.Join(", ", offers.Select(offer => offer.Action.Title))}");
        (CodeAction action, Document document) = offers.First(offer => offer.Action.Title == title);
        ApplyChangesOperation change = Assert.Single((await action.GetOperationsAsync(default)).OfType<ApplyChangesOperation>());

        string text = (await change.ChangedSolution.GetDocument(document.Id)!.GetTextAsync()).ToString();
        Assert.Equal("using Hyperdiff;\n" + after, text);
    }

    [Theory]
    [MemberData(nameof(Beyond))]
    public async Task Fix_OfWhatItCannotMend_IsNotOffered(string program) => Assert.Empty(await Offered(program));

    [Fact]
    public void Fixes_AllOfThem_AreTested() => Assert.Equal(
        typeof(DeclarationFix).Assembly.GetTypes().Where(type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
            .Select(type => type.Name)
            .Order(StringComparer.Ordinal),
        s_fixes.Select(fix => fix.GetType().Name).Order(StringComparer.Ordinal));

    private static async Task<IReadOnlyList<(CodeAction Action, Document Document)>> Offered(string program)
    {
        using var workspace = new AdhocWorkspace();
        CSharpCompilation like = Source.Compile(program);
        Document document = workspace.CurrentSolution
            .AddProject("Program", "Program", LanguageNames.CSharp)
            .WithParseOptions(Source.ParseOptions).WithCompilationOptions(like.Options).WithMetadataReferences(like.References)
            .AddDocument("File.cs", "using Hyperdiff;\n" + program);
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        var offers = new List<(CodeAction, Document)>();
        foreach (Diagnostic diagnostic in (await compilation.WithAnalyzers([.. Analysis.Analyzers]).GetAllDiagnosticsAsync())
            .DistinctBy(diagnostic => (diagnostic.Id, diagnostic.Location.SourceSpan)))
        {
            foreach (CodeFixProvider fix in s_fixes.Where(fix => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
            {
                await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offers.Add((action, document)), default));
            }
        }

        return offers;
    }
}
