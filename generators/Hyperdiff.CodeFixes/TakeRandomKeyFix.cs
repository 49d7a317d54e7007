using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.CodeFixes;

/// <summary>HD2004: gives a method that draws random numbers a <c>RandomKey</c> to draw them from.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class TakeRandomKeyFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["HD2004"];

    /// <inheritdoc/>
    protected override Task<(string Title, SyntaxNode Before, SyntaxNode After)?> ChangeAsync(
        Document document, SyntaxNode marked, CancellationToken cancellation)
    {
        if (marked.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
            || method.ParameterList.Parameters.Any(parameter => parameter.Type is IdentifierNameSyntax { Identifier.ValueText: "RandomKey" }))
        {
            return Task.FromResult<(string, SyntaxNode, SyntaxNode)?>(null);
        }

        // parameters with default values stand last
        SeparatedSyntaxList<ParameterSyntax> parameters = method.ParameterList.Parameters;
        int required = parameters.TakeWhile(parameter => parameter.Default is null).Count();
        ParameterSyntax key = SyntaxFactory.Parameter(SyntaxFactory.Identifier("key"))
            .WithType(SyntaxFactory.IdentifierName("RandomKey").WithTrailingTrivia(SyntaxFactory.Space));
        SeparatedSyntaxList<ParameterSyntax> taken = SyntaxFactory.SeparatedList(
            parameters.Take(required).Append(key).Concat(parameters.Skip(required)),
            Enumerable.Repeat(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space), parameters.Count));
        return Task.FromResult<(string, SyntaxNode, SyntaxNode)?>(
            ("Take a RandomKey", method, method.WithParameterList(method.ParameterList.WithParameters(taken))));
    }
}
