using System.Globalization;

namespace Hyperdiff.Packages.Tests;

/// <summary>Programs of strangers: built from the packages, in folders of their own, each prints the hypergradient in closed form that
/// <c>Consumers/Console</c> derives.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed class ConsumerTests(PackedFeed feed)
{
    [SkippableFact]
    public void ConsoleProject_ComputesWithGeneratedForms() => AssertIsTheHypergradient(feed.Dotnet(feed.CopyOf("Console"), "run", "-c", "Release"));

    [SkippableFact]
    public void FileBasedApp_ComputesWithGeneratedForms() => AssertIsTheHypergradient(feed.Dotnet(feed.CopyOf("App"), "run", "app.cs"));

    [SkippableFact]
    public void Script_ComputesWithFunctions() => AssertIsTheHypergradient(feed.Dotnet(feed.CopyOf("Script"), "fsi", "script.fsx"));

    [SkippableFact]
    public void TrimmedPublish_ComputesTheSame() => AssertIsTheHypergradient(Published("-p:PublishTrimmed=true", "--self-contained"));

    [SkippableFact]
    public void NativePublish_ComputesTheSame() => AssertIsTheHypergradient(Published("-p:PublishAot=true"));

    [SkippableFact]
    public void TestProject_HoldsASolverOfItsOwnToTheLaws() =>
        Assert.Matches(@"Passed!.*\b2\b", feed.Dotnet(feed.CopyOf("Tests"), "test", "-c", "Release").Succeeded());

    private CommandResult Published(params string[] options)
    {
        string folder = feed.CopyOf("Console"), output = Path.Combine(folder, "published" + options[0].GetHashCode(StringComparison.Ordinal));
        feed.Dotnet(folder, ["publish", "-c", "Release", "-o", output, .. options]).Succeeded();
        return PackedFeed.Program(Path.Combine(output, OperatingSystem.IsWindows() ? "Console.exe" : "Console"));
    }

    private static void AssertIsTheHypergradient(CommandResult program)
    {
        double[] numbers = [.. program.Succeeded().Trim().Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

        // the adjoint is solved to ε^⅔ = 3.7e-11 of ‖g‖ = 1.1 and the state to 1e-12, and what maps them to the gradient has norms below 2
        Assert.Equal(2, numbers.Length);
        Assert.Equal(-0.375, numbers[0], 1e-10);
        Assert.Equal(-1.5, numbers[1], 1e-10);
    }
}
