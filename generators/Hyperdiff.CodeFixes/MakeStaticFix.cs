using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.CodeFixes;

/// <summary>HD1002: makes a method static, if that is all it lacks.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MakeStaticFix : DeclarationFix
{
    private static readonly SyntaxKind[] s_against = [SyntaxKind.StaticKeyword, SyntaxKind.AbstractKeyword, SyntaxKind.VirtualKeyword,
        SyntaxKind.OverrideKeyword];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["HD1002"];

    /// <inheritdoc/>
    protected override Task<(string Title, SyntaxNode Before, SyntaxNode After)?> ChangeAsync(
        Document document, SyntaxNode marked, CancellationToken cancellation) =>
        Task.FromResult<(string, SyntaxNode, SyntaxNode)?>(
            marked.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method && !method.Modifiers.Any(modifier => s_against.Contains(modifier.Kind()))
                ? ($"Make {method.Identifier.ValueText} static", method, Modifiers.With(method, SyntaxKind.StaticKeyword)) : null);
}
