using System.Reflection;
using System.Text.RegularExpressions;

namespace Hyperdiff.Tests.Formalities;

/// <summary>docs/migrating.md names what exists: every <c>Type.Member</c> of its last columns is a public member of that type.</summary>
public sealed partial class MigratingPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "migrating.md"));

    private static readonly ILookup<string, Type> s_types = typeof(Tensor).Assembly.GetExportedTypes().ToLookup(type => type.Name.Split('`')[0]);

    [Fact]
    public void EveryName_IsAPublicMember()
    {
        string[] cells = [.. s_page.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.TrimEnd('|', ' ').Split('|')[^1])];
        (string Type, string Member)[] names = [.. cells.SelectMany(cell => Names().Matches(cell))
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

        Assert.True(names.Length > 50, $"{names.Length} names were found");
        Assert.All(names, name => Assert.True(
            s_types[name.Type].Any(type => type.GetMember(name.Member, BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance).Length > 0),
            $"{name.Type}.{name.Member} does not exist"));
    }

    [GeneratedRegex(@"\b([A-Z]\w+)\.([A-Z]\w+)")]
    private static partial Regex Names();
}
