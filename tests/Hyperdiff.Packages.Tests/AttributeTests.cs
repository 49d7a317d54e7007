namespace Hyperdiff.Packages.Tests;

/// <summary>Attributes of which nothing is generated are one error that names the cure.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed class AttributeTests(PackedFeed feed)
{
    private const string Forms = """
        using Hyperdiff;
        public static partial class Ridge
        {
            [InnerObjective] static Tensor Train(Tensor w, Tensor h) => (h * w.Square()).Sum();
            public static object Use() => Ridge.TrainObjective;
        }
        """;

    private const string FSharpPackage = """<PackageReference Include="Hyperdiff.FSharp" Version="{version}" />""";

    private const string NoAttributes = """
        module D
        open Hyperdiff
        // [<Tree>] is for C#
        (* nor is
        [<Batch>] *)
        let text = "[<Tree>]"
        type Weights = { W: Tensor; [<Frozen>] C: Tensor }
        """;

    private const string Package = """<PackageReference Include="Hyperdiff" Version="{version}" />""";

    /// <summary>Leaves out the generator, as some settings of analyzers for a whole solution do.</summary>
    private const string NoAnalyzers = """
        </ItemGroup><Target Name="NoAnalyzers" BeforeTargets="CoreCompile"><ItemGroup><Analyzer Remove="@(Analyzer)" /></ItemGroup></Target><ItemGroup>
        """;

    [SkippableTheory]
    [InlineData(Package)]
    [InlineData("""<PackageReference Include="Hyperdiff" Version="{version}" ExcludeAssets="analyzers" />""")]
    [InlineData(FSharpPackage)]
    public void CSharp_HasTheGenerator_HoweverThePackageComes(string reference)
    {
        var build = feed.Dotnet(Project("csproj", reference, "Ridge.cs", Forms), "build");

        Assert.Equal((0, 0), (build.ExitCode, build.Errors().Length));
    }

    [SkippableTheory]
    [InlineData(Package)]
    [InlineData(FSharpPackage)]
    public void CSharp_WithoutTheGenerator_IsOneError(string reference)
    {
        var build = feed.Dotnet(Project("csproj", reference + NoAnalyzers, "Ridge.cs", Forms), "build");

        Assert.Equal(["HD0001"], build.Errors());
        Assert.Contains("<PackageReference Include=\"Hyperdiff\" />", build.Output, StringComparison.Ordinal);
        Assert.Contains("(Ridge.cs)", build.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void CSharp_IsReadAsCode()
    {
        string folder = Project("csproj", Package + NoAnalyzers, "Usings.cs", "global using Hyperdiff;");
        Write(folder, "A.cs", "[Tree] partial record A(Tensor W);");
        Write(folder, "B.cs", "[global::System.Obsolete, Hyperdiff.TreeAttribute()] partial record B(Tensor W);");
        Write(folder, "C.cs", "[System.Obsolete] [Tree] partial record C(Tensor W);");
        Write(folder, "D.cs", "static class D { static Tensor F(Tensor w, [Batch] Tensor x) => w; }");
        Write(folder, "F.cs",
            "partial class F { [GradientOf(\"A\")] static partial Tensor G(Tensor w);\n[HessianProductOf(nameof(F))] static partial Tensor H(Tensor w); }");
        Write(folder, "G.cs", "partial class G { static int[] Tree(int n) => [n, Difference(n)]; static int[] P(int[] a, int n) => [n,\nGradientOf(n, 2)]; "
            + "static int GradientOf(int n, int m) => Of([n, GradientOf(n, m)]); static int Of(int[] a) => a[0]; static int Difference(int n) => n; }");
        Write(folder, "E.cs", "/* [Tree] */ // [Tree]\nstatic class E { const string Text = \"\\\"[Tree]\"; static int F(int[] a, int Tree) => a[Tree]; }");

        Assert.Contains("(A.cs, B.cs, C.cs, D.cs, F.cs)", feed.Dotnet(folder, "build").Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void FSharp_IsOneError_WithTheFiles()
    {
        string folder = Project(
            "fsproj", FSharpPackage + """<Compile Include="A.fs;B.fs;C.fs;D.fs" />""", "A.fs",
            "module A\nopen Hyperdiff\n[<Tree>]\ntype Weights = { W: Tensor }");
        Write(folder, "B.fs", "module B\ntype Ridge =\n    [<System.Obsolete; Hyperdiff.InnerObjectiveAttribute>]\n    static member Train(w: int) = w");
        Write(folder, "C.fs", "module C\nopen Hyperdiff\ntype Ridge =\n    static member Train(w: Tensor, [<Batch>] x: Tensor) = w");
        Write(folder, "D.fs", NoAttributes);

        var build = feed.Dotnet(folder, "build");

        Assert.Equal(["HD0002"], build.Errors());
        Assert.Contains("(A.fs, B.fs, C.fs)", build.Output, StringComparison.Ordinal);
        Assert.Contains("Objective.from", build.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void FSharp_WithoutThem_Builds() =>
        feed.Dotnet(Project("fsproj", FSharpPackage + """<Compile Include="D.fs" />""", "D.fs", NoAttributes), "build").Succeeded();

    [Fact]
    public void EveryAttribute_IsLookedFor()
    {
        string targets = File.ReadAllText(Path.Combine(PackedFeed.RepositoryRoot(), "src", "Hyperdiff", "build", "Hyperdiff.targets"));

        // promises stand in metadata, for those who read them there
        string[] names = [.. typeof(BatchAttribute).Assembly.GetExportedTypes().Except([typeof(PureFunctionAttribute), typeof(AssumePureAttribute)])
            .Select(type => type.Name[..^"Attribute".Length])];

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Matches($"<_HyperdiffAttributes>.*\\b{name}\\b", targets));
    }

    private void Write(string folder, string file, string code) => feed.Write(Path.Combine(folder, file), code);

    private string Project(string extension, string items, string file, string code)
    {
        string folder = feed.NewFolder(Guid.NewGuid().ToString("N"));
        Write(folder, "Library." + extension, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup>{items}</ItemGroup>
            </Project>
            """);
        Write(folder, file, code);
        return folder;
    }
}
