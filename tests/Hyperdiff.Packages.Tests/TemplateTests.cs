namespace Hyperdiff.Packages.Tests;

/// <summary><c>dotnet new hyperdiff</c>, installed from its package into a hive of its own: the first run prints a hypergradient with its evidence.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed class TemplateTests(PackedFeed feed)
{
    [SkippableTheory]
    [InlineData("C#", "csproj")]
    [InlineData("F#", "fsproj")]
    public void NewProject_RunsAndPrintsAHypergradientWithItsEvidence(string language, string extension)
    {
        string folder = feed.NewFolder("Template." + extension), hive = feed.NewFolder("hive." + extension);
        string package = Path.Combine(feed.Packages, $"Hyperdiff.Templates.{feed.Version}.nupkg");
        feed.Dotnet(folder, "new", "install", package, "--debug:custom-hive", hive).Succeeded();
        feed.Dotnet(folder, "new", "hyperdiff", "--language", language, "--name", "First.Try", "--debug:custom-hive", hive).Succeeded();

        string project = Path.Combine(folder, "First.Try");
        string output = feed.Dotnet(project, "run").Succeeded();

        Assert.True(File.Exists(Path.Combine(project, "First.Try." + extension)));
        // the digits of the README's example, which the template starts from
        Assert.Contains("[0.617505, -0.024495]", output, StringComparison.Ordinal);
        Assert.Matches("inner, Newton-CG.*: Converged", output);
        Assert.Matches("adjoint, conjugate gradients: Converged", output);
    }
}
