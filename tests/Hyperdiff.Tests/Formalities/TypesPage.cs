using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Tests.Formalities;

/// <summary>The tables of <c>docs/types.md</c>: every public type, by what it is for.</summary>
internal static class TypesPage
{
    // what the layers and packages are for, in the order of the page
    private static readonly (string Heading, string[] Folders)[] s_groups =
    [
        ("Stating a problem", ["Hyperdiff/Forms", "Hyperdiff.Abstractions", "Hyperdiff/InnerSolvers", "Hyperdiff/Hypergradients", "Hyperdiff/MultiLevel"]),
        ("Evidence", ["Hyperdiff/Evidence"]),
        ("Tuning λ: loops, optimizers, descents", ["Hyperdiff/OuterLoops", "Hyperdiff/Optimization", "Hyperdiff/Descents"]),
        ("Many machines", ["Hyperdiff/Ranks"]),
        ("Linear systems", ["Hyperdiff/LinearSolvers"]),
        ("Tensors and structures", ["Hyperdiff/Tensors", "Hyperdiff/Trees", "Hyperdiff/Sparse", "Hyperdiff/Files", "Hyperdiff/Json", "Hyperdiff/Randomness"]),
        ("Functions: derivatives, loops, layers", ["Hyperdiff/Differentiation", "Hyperdiff/Loops", "Hyperdiff/Networks", "Hyperdiff/Losses",
            "Hyperdiff/Decompositions", "Hyperdiff/Primitives"]),
        ("Graphs and backends: what extensions use", ["Hyperdiff/Graphs", "Hyperdiff/Transforms", "Hyperdiff/Backends", "Hyperdiff/Lifting"]),
        ("Tests of solvers and backends of your own: Hyperdiff.Testing", ["Hyperdiff.Testing"]),
        ("Reading and splitting data: Hyperdiff.Data", ["Hyperdiff.Data"]),
        ("Over DiffSharp: Hyperdiff.DiffSharp", ["Hyperdiff.DiffSharp"]),
        ("Watching a run: Hyperdiff.Reports and Hyperdiff.Logging", ["Hyperdiff.Reports", "Hyperdiff.Logging"]),
    ];

    /// <summary>All public types of the packages above, one per name.</summary>
    public static IReadOnlyList<(string Folder, string Package, string Name, string Summary)> Types { get; } =
    [
        .. s_groups.SelectMany(group => group.Folders).Select(folder => folder.Split('/')[0]).Distinct().SelectMany(Read)
            .GroupBy(type => (type.Package, type.Name))
            .Select(parts => parts.MaxBy(part => part.Summary.Length)).OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    /// <summary>The folders of public types that stand under no heading.</summary>
    public static IEnumerable<string> FoldersWithoutHeading =>
        Types.Select(type => type.Folder).Distinct().Except(s_groups.SelectMany(group => group.Folders));

    /// <summary>The tables.</summary>
    public static string Render()
    {
        var text = new StringBuilder();
        foreach ((string heading, string[] folders) in s_groups)
        {
            text.Append(CultureInfo.InvariantCulture, $"## {heading}\n\n| type | what it is |\n|---|---|\n");
            foreach ((_, _, string name, string summary) in Types.Where(type => folders.Contains(type.Folder)))
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {summary.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<(string Folder, string Package, string Name, string Summary)> Read(string package)
    {
        string root = Path.Combine(Repository.Root, "src", package);
        foreach (string path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string[] parts = Path.GetRelativePath(root, path).Replace('\\', '/').Split('/');
            string folder = package == "Hyperdiff" && parts.Length > 1 ? $"{package}/{parts[0]}" : package;
            SyntaxNode file = CSharpSyntaxTree.ParseText(
                File.ReadAllText(path), new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse)).GetRoot();
            foreach (MemberDeclarationSyntax type in file.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(member =>
                member.Parent is BaseNamespaceDeclarationSyntax && member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
                    && member.Modifiers.Any(SyntaxKind.PublicKeyword)))
            {
                string name = type is DelegateDeclarationSyntax method ? method.Identifier.Text : ((BaseTypeDeclarationSyntax)type).Identifier.Text;
                yield return (folder, package, name, DocumentedMember.Text(DocumentedMember.Comment(type)?.Element("summary")));
            }
        }
    }
}
