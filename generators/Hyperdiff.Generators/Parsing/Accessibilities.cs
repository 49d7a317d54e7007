using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Who may use a form: whoever may use the method, if it says who that is; otherwise whoever can name its types.</summary>
/// <remarks>A method without a modifier is private to C#, and is written for its form, which is there to be used.</remarks>
internal static class Accessibilities
{
    /// <summary>The modifier of the form of a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="types">How visible the types of its signature are, whichever is the least.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static string Of(IMethodSymbol method, Visibility types, CancellationToken cancellation)
    {
        IEnumerable<SyntaxToken> modifiers = method.DeclaringSyntaxReferences
            .SelectMany(reference => reference.GetSyntax(cancellation) is MethodDeclarationSyntax declaration ? declaration.Modifiers : default);
        string written = string.Join(" ", modifiers.Where(modifier => IsAccessibility(modifier.Kind())).Select(modifier => modifier.Text).Distinct());
        return written.Length > 0 ? written
            : types == Visibility.Private ? "private"
            : types >= Hierarchies.VisibilityOf(method.ContainingType) ? "public" : "internal";
    }

    private static bool IsAccessibility(SyntaxKind kind) =>
        kind is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.PrivateKeyword;
}
