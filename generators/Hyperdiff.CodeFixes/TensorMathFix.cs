using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.CodeFixes;

/// <summary>CS1503: <c>Math.Sin(x)</c> of a tensor becomes <c>x.Sin()</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class TensorMathFix : DeclarationFix
{
    // where the two differ; any other name is looked up as it is
    private static readonly ImmutableDictionary<string, string> s_names =
        ImmutableDictionary<string, string>.Empty.Add("Max", "Maximum").Add("Min", "Minimum");

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["CS1503"];

    /// <inheritdoc/>
    protected override async Task<(string Title, SyntaxNode Before, SyntaxNode After)?> ChangeAsync(
        Document document, SyntaxNode marked, CancellationToken cancellation)
    {
        if (marked.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not
            {
                Expression: MemberAccessExpressionSyntax { Expression: { } on, Name: IdentifierNameSyntax name },
                ArgumentList.Arguments: { Count: > 0 } arguments,
            } call)
        {
            return null;
        }

        SemanticModel model = (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false))!;
        string method = s_names.TryGetValue(name.Identifier.ValueText, out string? other) ? other : name.Identifier.ValueText;
        ITypeSymbol? tensor = model.GetTypeInfo(arguments[0].Expression, cancellation).Type;
        if (model.GetSymbolInfo(on, cancellation).Symbol is not INamedTypeSymbol { Name: "Math" or "MathF", ContainingNamespace.Name: "System" }
            || tensor is not { Name: "Tensor", ContainingNamespace: { Name: "Hyperdiff", ContainingNamespace.IsGlobalNamespace: true } }
            || !tensor.GetMembers(method).OfType<IMethodSymbol>().Any(member => !member.IsStatic))
        {
            return null;
        }

        ExpressionSyntax operand = arguments[0].Expression.WithoutTrivia();
        ExpressionSyntax receiver = operand
            is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax
            or ParenthesizedExpressionSyntax ? operand : SyntaxFactory.ParenthesizedExpression(operand);
        InvocationExpressionSyntax replaced = SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, receiver, SyntaxFactory.IdentifierName(method)),
            SyntaxFactory.ArgumentList(arguments.RemoveAt(0))).WithTriviaFrom(call);
        return ($"Use Tensor.{method}", call, replaced);
    }
}
