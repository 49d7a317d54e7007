using System.Globalization;
using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Tests.Emission;

public sealed class EmissionTests
{
    private const string Everything = """
        namespace Initial.@namespace;

        /// <summary>Documented.</summary>
        [Tree]
        public sealed partial record Weights(Tensor W, [Frozen] Tensor[] Parts, (Tensor Left, Tensor Right) Both, int Depth = 3, string? Label = null);

        /// <summary>Documented.</summary>
        [Tree]
        public readonly partial record struct Rates(Tensor Rate);

        /// <summary>Documented.</summary>
        public static partial class Model
        {
            /// <summary>Documented.</summary>
            [FixedPointMap]
            public static (Weights Next, Tensor Norm) Step(Weights w, Rates h, Tensor x, int @class, string? label) => (w, x);

            /// <summary>Documented.</summary>
            [RootCondition]
            public static (Weights, Tensor) Balance((Weights, Tensor) w, Rates h, Tensor x) => (w.Item1, w.Item2 - x);

            /// <summary>Documented.</summary>
            [InnerObjective, OuterObjective]
            public static Tensor Loss(Weights w, Rates h, [Batch] Tensor x) => (w.W * h.Rate * x).Sum();

            /// <summary>Documented.</summary>
            [GradientOf(nameof(Loss))]
            public static partial Weights LossGradient(Weights w, Rates h, Tensor x);
        }
        """;

    [Fact]
    public void Emission_OfEveryConstruct_CompilesWithoutWarningUnderTheStrictestSettings()
    {
        foreach (LanguageVersion version in (LanguageVersion[])[LanguageVersion.CSharp11, LanguageVersion.CSharp12, LanguageVersion.CSharp13,
            LanguageVersion.Preview])
        {
            GeneratorRun run = GeneratorRun.Of(Source.Compile(new CSharpParseOptions(version, DocumentationMode.Diagnose), Everything));

            Program.AssertClean(run.After);
            Assert.Equal(7, run.Files.Count);
        }
    }

    [Fact]
    public void Emission_OfEveryConstruct_DoesNotNeedItsWarningsSilenced()
    {
        GeneratorRun run = GeneratorRun.Of(Everything);
        IEnumerable<string> audible = run.Files.Values.Select(text => text.Replace(SourceFile.NoWarnings, string.Empty, StringComparison.Ordinal));

        Assert.DoesNotContain(audible, text => text.Contains("#pragma", StringComparison.Ordinal));
        Program.AssertClean(run.Before.AddSyntaxTrees(
            audible.Select((text, i) => CSharpSyntaxTree.ParseText(text, Source.ParseOptions, $"{i}.g.cs", cancellationToken: default))));
    }

    [Fact]
    public async Task Emission_InAnOldLanguage_IsOneErrorADeclaration()
    {
        CSharpCompilation compilation = Source.Compile(new CSharpParseOptions(LanguageVersion.CSharp10), """
            [Tree] public partial record Weights(Tensor W);
            public static partial class Model { [FixedPointMap] public static Weights Step(Weights w, Tensor h) => w; }
            """);

        Assert.Empty(GeneratorRun.Of(compilation).Files);
        Assert.Equal(
            [
                "HD1016 [Weights] What is generated for [Tree] does not compile as C# 10.0; set LangVersion to 11.0 or a newer one, or leave it out",
                "HD1016 [Model] What is generated for Step does not compile as C# 10.0; set LangVersion to 11.0 or a newer one, or leave it out",
            ],
            await Analysis.Of(compilation));
    }

    [Fact]
    public void Emission_UnderOtherCultures_IsTheSame()
    {
        string source = Everything.Replace("Rate", "iIıRate", StringComparison.Ordinal);
        IReadOnlyDictionary<string, string> expected = Emit(CultureInfo.InvariantCulture);

        Assert.Equal(expected, Emit(Culture("fi-FI")));
        Assert.Equal(expected, Emit(Culture("tr-TR")));

        IReadOnlyDictionary<string, string> Emit(CultureInfo culture)
        {
            CultureInfo before = CultureInfo.CurrentCulture;
            CultureInfo.CurrentCulture = culture;
            try
            {
                return GeneratorRun.Of(source).Files;
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }
        }
    }

    [Fact]
    public void Emission_WithoutAnnotations_IsNothing() => Assert.Empty(GeneratorRun.Of("public sealed record Weights(Tensor W);").Files);

    [Fact]
    public void Emission_OfAnInvalidMethod_IsNothing()
    {
        GeneratorRun run = GeneratorRun.Of(Everything.Replace("Tensor x, int", "double x, int", StringComparison.Ordinal));

        Assert.Equal(6, run.Files.Count);
        Assert.DoesNotContain(run.Files.Keys, file => file.Contains("StepMap", StringComparison.Ordinal));
    }

    [Fact]
    public void Emission_OverABrokenStructure_IsNothing()
    {
        GeneratorRun run = GeneratorRun.Of("""
            [Tree] public partial record Broken(float Rate);
            [Tree] public partial record Around((Broken, Tensor)[] Parts, Around[] Rest);
            public static partial class Model
            {
                [FixedPointMap] static Around Step(Around w, Tensor h) => w;
                [InnerObjective] static Tensor Train(Tensor w, Around h) => w;
            }
            """);

        Assert.Empty(run.Files);
        Program.AssertClean(run.After);
    }

    [Theory]
    [InlineData("namespace { [Tree] public partial record R(Tensor A); } [Tree] public partial record R(Tensor A);")]
    [InlineData("[Tree] public partial record (Tensor A); [Tree] public partial record R(Tensor A);")]
    [InlineData("[Tree] public partial record R(Tensor A); [Tree] public partial record struct R(Tensor A);")]
    [InlineData("[Tree] public partial record R(Tensor A); [Tree] public partial record R;")]
    [InlineData("[Tree] public partial record R(Tensor A); partial class { [FixedPointMap] static R Step(R w, Tensor h) => w; }")]
    public void Emission_OfHalfTypedDeclarations_IsThatOfTheOthers(string source) =>
        Assert.Contains(GeneratorRun.Of(source).Files.Keys, file => file.StartsWith("R.Tree.", StringComparison.Ordinal));

    [Fact]
    public void Emission_ForObsoleteMembers_DoesNotWarn() => Program.AssertClean(GeneratorRun.Of("""
        [System.Obsolete] [Tree] public partial record Old(Tensor A);
        public static partial class Model { [System.Obsolete("use another")] [FixedPointMap] static Old Step(Old w, Tensor h) => w; }
        """).After);

    [Theory]
    [InlineData("public", "public", "", "public")]
    [InlineData("internal", "internal", "", "public")]
    [InlineData("public", "internal", "", "internal")]
    [InlineData("public", "private", "", "private")]
    [InlineData("public", "protected", "", "private")]
    [InlineData("public", "public", "private ", "private")]
    [InlineData("public", "public", "internal ", "internal")]
    [InlineData("public", "public", "protected internal ", "protected internal")]
    [InlineData("public", "protected", "private protected ", "private protected")]
    [InlineData("internal", "internal", "public ", "public")]
    public void Emission_OfAMember_IsAsVisibleAsItsMethodSaysOrItsTypesAllow(string type, string argument, string method, string expected)
    {
        GeneratorRun run = GeneratorRun.Of(
            $"{type} partial class Model {{ {argument} enum Kind {{ One }} [FixedPointMap] {method}static Tensor Step(Tensor w, Tensor h, Kind kind) => w; }}");

        Program.AssertClean(run.After);
        Assert.Contains($"    {expected} static global::Hyperdiff.FixedPointMap", run.File("Model.StepMap.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Emission_OfADocumentedMethod_KeepsWhatIsSaidAndItsDefaults()
    {
        string emitted = GeneratorRun.Of("""
            /// <summary>A model.</summary>
            public static partial class Model
            {
                /// <summary>The loss of <see cref="Train"/>,
                /// &lt; 1.</summary>
                /// <param name="w">Weights.</param>
                /// <param name="h">Penalties.</param>
                /// <param name="x">Features, [n, d].</param>
                /// <param name="degree">Of the polynomial.</param>
                [InnerObjective] public static Tensor Train(Tensor w, Tensor h, [Batch] Tensor x, int degree = -2, string name = "a\"b\n") => w;
            }
            """).File("Model.TrainObjective.g.cs");

        Assert.Contains("""
                /// <summary>The objective <c>Train(w, λ, x, degree, name)</c>. The loss of <see cref="M:Model.Train(Hyperdiff.Tensor,Hyperdiff.Tensor,Hyperdiff.Tensor,System.Int32,System.String)" />, &lt; 1.</summary>
                /// <param name="x">Features, [n, d]. Data; the first axis counts samples.</param>
                /// <param name="degree">Of the polynomial. Static argument: each value has a plan of its own.</param>
                /// <param name="name">Static argument: each value has a plan of its own.</param>
            """, emitted, StringComparison.Ordinal);
        Assert.Contains("TrainObjective(global::Hyperdiff.Tensor x, int degree = -2, string name = \"a\\\"b\\n\")", emitted, StringComparison.Ordinal);
    }

    // a machine without culture data has its signs, at least
    private static CultureInfo Culture(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException)
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NegativeSign = "−";
            culture.NumberFormat.NumberDecimalSeparator = ",";
            return culture;
        }
    }
}
