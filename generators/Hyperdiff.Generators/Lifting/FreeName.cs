using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Lifting;

/// <summary>A name for a counter that nothing around bears.</summary>
internal static class FreeName
{
    private static readonly string[] s_wanted = ["i", "j", "k"];

    /// <summary>The first of i, j, k, i2, i3, … that does not occur in the member around.</summary>
    public static string Near(SyntaxNode node)
    {
        SyntaxNode around = node.FirstAncestorOrSelf<MemberDeclarationSyntax>() ?? node;
        var taken = new HashSet<string>(
            around.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText), StringComparer.Ordinal);
        return s_wanted.Concat(Enumerable.Range(2, taken.Count).Select(number => $"i{number}")).First(name => !taken.Contains(name));
    }
}
