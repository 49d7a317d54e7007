using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.CodeFixes;

/// <summary>HD1030, where there is one thing to write instead: not a number for an exception under a condition, and functions by those that have a traced
/// form.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LiftExpressionFix : DeclarationFix
{
    private const string NotANumber = "double.NaN";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["HD1030"];

    /// <inheritdoc/>
    protected override async Task<(string Title, SyntaxNode Before, SyntaxNode After)?> ChangeAsync(
        Document document, SyntaxNode marked, CancellationToken cancellation)
    {
        SemanticModel model = (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false))!;
        switch (marked)
        {
            case ThrowStatementSyntax raised when model.GetEnclosingSymbol(raised.SpanStart, cancellation) is IMethodSymbol { ReturnType: var result }
                && IsNumber(result):
                return ($"Return {NotANumber}", raised, SyntaxFactory.ParseStatement($"return {NotANumber};").WithTriviaFrom(raised));
            case ThrowExpressionSyntax raised when IsNumber(model.GetTypeInfo(raised, cancellation).ConvertedType):
                return ($"Take {NotANumber}", raised, SyntaxFactory.ParseExpression(NotANumber).WithTriviaFrom(raised));
            case InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } call
                when model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol function && Written(call, function, arguments) is { } written:
                string text = call.Parent is ExpressionSyntax ? $"({written})" : written;
                return ($"Write {written}", call, SyntaxFactory.ParseExpression(text).WithTriviaFrom(call));
            default:
                return null;
        }
    }

    private static bool IsNumber(ITypeSymbol? type) => type?.SpecialType == SpecialType.System_Double;

    private static string? Written(InvocationExpressionSyntax call, IMethodSymbol function, SeparatedSyntaxList<ArgumentSyntax> arguments) =>
        function is { Name: "Log", ContainingType: { Name: "Math" or "Double", ContainingNamespace.Name: "System" } }
            && arguments.All(argument => argument.NameColon is null)
            ? $"{call.Expression}({arguments[0]}) / {call.Expression}({arguments[1]})" : null;
}
