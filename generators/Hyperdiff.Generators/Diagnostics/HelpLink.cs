namespace Hyperdiff.Generators.Diagnostics;

/// <summary>Where a rule is explained: its page, in the repository that the packages name as their home (<c>PackageProjectUrl</c>).</summary>
internal static class HelpLink
{
    public static string For(string id) => $"https://github.com/hyperdiff/hyperdiff/blob/main/generators/Hyperdiff.Generators/docs/{id}.md";
}
