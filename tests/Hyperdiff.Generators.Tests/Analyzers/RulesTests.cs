using System.Reflection;
using System.Xml.Linq;
using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hyperdiff.Generators.Tests.Analyzers;

/// <summary>Every rule has an id of its own, a line in a release file, a page, and a test.</summary>
public sealed class RulesTests
{
    private const string Project = "generators/Hyperdiff.Generators/";

    private static readonly DiagnosticDescriptor[] s_rules =
    [
        .. new[] { typeof(DiagnosticDescriptors), typeof(PlacementDescriptors), typeof(PurityDescriptors), typeof(TracingDescriptors),
            typeof(HyperparameterDescriptors), typeof(LiftingDescriptors) }
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public)).Select(field => (DiagnosticDescriptor)field.GetValue(null)!),
    ];

    public static TheoryData<string> Ids => [.. s_rules.Select(rule => rule.Id)];

    [Fact]
    public void Rules_AllOfThem_AreReportedByAnAnalyzerUnderDifferentIds()
    {
        IEnumerable<string> supported = Analysis.Analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(rule => rule.Id);

        Assert.Equal(36, s_rules.Length);
        Assert.Equal(s_rules.Select(rule => rule.Id).Distinct().Order(StringComparer.Ordinal), supported.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Analyzers_AllOfThem_AreTested()
    {
        IEnumerable<Type> declared = typeof(HyperdiffGenerator).Assembly.GetTypes().Where(type => type.IsDefined(typeof(DiagnosticAnalyzerAttribute)));

        Assert.Equal(declared.Select(type => type.Name).Order(StringComparer.Ordinal),
            Analysis.Analyzers.Select(analyzer => analyzer.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Rule_HasReleaseLinePageHelpLinkAndTest(string id)
    {
        DiagnosticDescriptor rule = s_rules.Single(rule => rule.Id == id);
        string releases = Repository.Read(Project + "AnalyzerReleases.Unshipped.md") + Repository.Read(Project + "AnalyzerReleases.Shipped.md");
        string tests = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Hyperdiff.Generators.Tests"),
            "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

        Assert.Equal($"{Home()}/blob/main/{Project}docs/{id}.md", rule.HelpLinkUri);
        Assert.StartsWith($"# {id}: {rule.Title}", Repository.Read($"{Project}docs/{id}.md"), StringComparison.Ordinal);
        Assert.Contains($"{id} | {rule.Category} | {rule.DefaultSeverity} | [{rule.Title}](docs/{id}.md)", releases, StringComparison.Ordinal);
        Assert.Contains(id, tests, StringComparison.Ordinal);
    }

    private static string Home() => XDocument.Parse(Repository.Read("Packages.props")).Descendants("PackageProjectUrl").Single().Value;

    [Fact]
    public void Pages_AllOfThem_BelongToARule() => Assert.Equal(
        s_rules.Select(rule => rule.Id + ".md").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, Project, "docs")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
}
