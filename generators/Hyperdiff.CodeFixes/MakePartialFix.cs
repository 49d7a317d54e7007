using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.CodeFixes;

/// <summary>HD1001: makes a type partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MakePartialFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["HD1001"];

    /// <inheritdoc/>
    protected override Task<(string Title, SyntaxNode Before, SyntaxNode After)?> ChangeAsync(
        Document document, SyntaxNode marked, CancellationToken cancellation) =>
        Task.FromResult<(string, SyntaxNode, SyntaxNode)?>(marked.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            ? ($"Make {type.Identifier.ValueText} partial", type, Modifiers.With(type, SyntaxKind.PartialKeyword)) : null);
}
