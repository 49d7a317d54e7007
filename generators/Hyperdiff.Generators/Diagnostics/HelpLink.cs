namespace Hyperdiff.Generators.Diagnostics;

/// <summary>Where a rule is explained: a page relative to the root of the repository.</summary>
internal static class HelpLink
{
    public static string For(string id) => $"generators/Hyperdiff.Generators/docs/{id}.md";
}
