using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Tests.Formalities;

/// <summary>A type, or a public member of a public type, as its source declares and documents it.</summary>
/// <param name="File">The name of the source file, without its extension.</param>
/// <param name="Type">The type that has it, or that it is.</param>
/// <param name="Name">As it is called; an operator by its sign, with the number of its operands.</param>
/// <param name="Signature">As it is declared, without its body.</param>
/// <param name="Documentation">The comment, as XML; null if there is none.</param>
internal sealed partial record DocumentedMember(string File, string Type, string Name, string Signature, XElement? Documentation)
{
    /// <summary>All types of the library, of which public ones have their public members, overrides left out.</summary>
    public static IReadOnlyList<DocumentedMember> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Hyperdiff"), "*.cs", SearchOption.AllDirectories)
            .OrderBy(path => path, StringComparer.Ordinal)
            .SelectMany(Read),
    ];

    /// <summary>Whether it is the type itself.</summary>
    public bool IsType => Name == Type;

    /// <summary>The first sentences: what it computes.</summary>
    public string Summary => Text(Documentation?.Element("summary"));

    /// <summary>What is said of the shapes of parameters and results.</summary>
    public string Shapes => string.Join("; ", [
        .. (Documentation?.Elements("param") ?? []).Where(HasShape).Select(param => $"{param.Attribute("name")!.Value}: {Text(param).TrimEnd('.')}"),
        .. (Documentation?.Elements("returns") ?? []).Where(HasShape).Select(returns => $"gives {Text(returns).TrimEnd('.')}"),
    ]);

    private static bool HasShape(XElement element) => element.Descendants("c").Any(code => code.Value.StartsWith('['));

    private static IEnumerable<DocumentedMember> Read(string path)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(System.IO.File.ReadAllText(path),
            new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse)).GetRoot();
        string file = Path.GetFileNameWithoutExtension(path);
        foreach (TypeDeclarationSyntax type in root.DescendantNodes().OfType<TypeDeclarationSyntax>()
            .Where(type => type.Parent is BaseNamespaceDeclarationSyntax || type.Modifiers.Any(SyntaxKind.PublicKeyword)))
        {
            string name = type.Identifier.Text;
            string parameters = type.ParameterList is { } list ? OneLine(list.ToString()) : string.Empty;
            yield return new(file, name, name, $"{name}{type.TypeParameterList}{parameters}", Comment(type));
            foreach (MemberDeclarationSyntax member in type.Members.Where(member => type.Modifiers.Any(SyntaxKind.PublicKeyword)
                && member.Modifiers.Any(SyntaxKind.PublicKeyword) && !member.Modifiers.Any(SyntaxKind.OverrideKeyword)))
            {
                if (Declared(member) is var (called, signature))
                {
                    yield return new(file, name, called, OneLine(signature), Comment(member));
                }
            }
        }
    }

    private static (string Name, string Signature)? Declared(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method =>
            (method.Identifier.Text,
                $"{(IsStatic(method) ? "static " : string.Empty)}{method.ReturnType} {method.Identifier}{method.TypeParameterList}{method.ParameterList}"),
        OperatorDeclarationSyntax sign => (Sign(sign), $"{sign.ReturnType} operator {sign.OperatorToken}{sign.ParameterList}"),
        IndexerDeclarationSyntax indexer => ("this[…]", $"{indexer.Type} this{indexer.ParameterList}"),
        PropertyDeclarationSyntax property =>
            (property.Identifier.Text, $"{(IsStatic(property) ? "static " : string.Empty)}{property.Type} {property.Identifier}"),
        ConstructorDeclarationSyntax constructor => ("new", $"{constructor.Identifier}{constructor.ParameterList}"),
        _ => null,
    };

    private static string Sign(OperatorDeclarationSyntax sign) => sign.OperatorToken.Kind() is SyntaxKind.TrueKeyword or SyntaxKind.FalseKeyword
        ? $"{sign.OperatorToken}(x)"
        : sign.ParameterList.Parameters.Count == 1 ? $"{sign.OperatorToken}x" : $"x {sign.OperatorToken} y";

    private static bool IsStatic(MemberDeclarationSyntax member) => member.Modifiers.Any(SyntaxKind.StaticKeyword);

    /// <summary>The comment of a declaration, as XML; null if there is none.</summary>
    public static XElement? Comment(SyntaxNode node)
    {
        string? comment = node.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>()
            .LastOrDefault()?.ToFullString();
        return comment is null ? null : XElement.Parse($"<doc>{Slashes().Replace(comment, string.Empty)}</doc>", LoadOptions.PreserveWhitespace);
    }

    /// <summary>An element of a comment as markdown: code as code, references by their names.</summary>
    public static string Text(XElement? element) => element is null ? string.Empty : OneLine(string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "paramref" or "typeparamref" } parameter => $"`{parameter.Attribute("name")!.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{Reference((see.Attribute("cref") ?? see.Attribute("langword"))!.Value)}`",
        XElement other => Text(other),
        _ => string.Empty,
    })));

    private static string Reference(string cref) => cref.Split('(')[0].Replace('{', '<').Replace('}', '>');

    private static string OneLine(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"^\s*///", RegexOptions.Multiline)]
    private static partial Regex Slashes();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
