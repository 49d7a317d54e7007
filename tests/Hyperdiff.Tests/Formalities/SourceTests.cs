namespace Hyperdiff.Tests.Formalities;

/// <summary>Norms of the code that a machine can check.</summary>
public sealed class SourceTests
{
    private const int LongestFile = 500;

    private static readonly string[] s_namelessNames = ["Utils", "Helpers", "Helper", "Misc", "Common", "Util"];

    [Fact]
    public void NoFile_IsLongerThan500Lines() =>
        Assert.Empty(Repository.Sources.Where(path => File.ReadLines(path).Count() > LongestFile).Select(path => $"{path}: {File.ReadLines(path).Count()} lines"));

    [Fact]
    public void NoFileAndNoFolder_IsNamedAfterNothing() => Assert.DoesNotContain(Repository.Sources, path =>
        Path.GetRelativePath(Repository.Root, path).Split('/', '\\', '.').Any(part => s_namelessNames.Any(name => part.EndsWith(name, StringComparison.OrdinalIgnoreCase))));

    [Fact]
    public void Sources_AreFound() => Assert.True(Repository.Sources.Count() > 100);
}
