using System.Collections.Immutable;
using System.Composition;
using Hyperdiff.Generators.Lifting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.CodeFixes;

/// <summary>HD1032: counts the steps of a loop, and bounds them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class BoundLoopFix : DeclarationFix
{
    private const string Bound = "100";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["HD1032"];

    /// <inheritdoc/>
    protected override Task<(string Title, SyntaxNode Before, SyntaxNode After)?> ChangeAsync(
        Document document, SyntaxNode marked, CancellationToken cancellation)
    {
        StatementSyntax? loop = marked.FirstAncestorOrSelf<StatementSyntax>(
            statement => statement is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax);
        string counter = FreeName.Near(marked);
        string? bounded = loop switch
        {
            WhileStatementSyntax steps =>
                $"for (int {counter} = 0; {Condition(counter, steps.Condition)}; {counter}++){After(steps.CloseParenToken)}{steps.Statement}",
            DoStatementSyntax { Statement: BlockSyntax body } steps when !body.DescendantNodes().Any(node => node is ContinueStatementSyntax) =>
                $"{{ int {counter} = 0; do {WithLast(body, $"{counter}++;")} while ({Condition(counter, steps.Condition)}); }}",
            ForStatementSyntax { Declaration: null, Initializers.Count: 0 } steps => For(steps, counter, $"int {counter} = 0"),
            ForStatementSyntax steps =>
                $"{{ int {counter} = 0; {For(steps, counter, steps.Declaration?.ToString() ?? steps.Initializers.ToString())} }}",
            _ => null,
        };
        return Task.FromResult<(string, SyntaxNode, SyntaxNode)?>(loop is null || bounded is null ? null
            : ($"Make at most {Bound} steps", loop, SyntaxFactory.ParseStatement(bounded).WithTriviaFrom(loop)));
    }

    private static string For(ForStatementSyntax loop, string counter, string before) =>
        $"for ({before}; {Condition(counter, loop.Condition)}; {string.Join(", ", loop.Incrementors.Select(step => step.ToString()).Append($"{counter}++"))})"
            + $"{After(loop.CloseParenToken)}{loop.Statement}";

    private static string Condition(string counter, ExpressionSyntax? condition) => condition is null || condition.IsKind(SyntaxKind.TrueLiteralExpression)
        ? $"{counter} < {Bound}" : $"{counter} < {Bound} && {(BindsLess(condition) ? $"({condition})" : condition.ToString())}";

    private static bool BindsLess(ExpressionSyntax condition) => condition is ConditionalExpressionSyntax or AssignmentExpressionSyntax
        || condition.Kind() is SyntaxKind.LogicalOrExpression or SyntaxKind.CoalesceExpression;

    private static string After(SyntaxToken token) => token.TrailingTrivia.ToFullString() is { Length: > 0 } trivia ? trivia : " ";

    private static string WithLast(BlockSyntax body, string statement)
    {
        string text = body.ToString();
        return $"{text.Substring(0, text.Length - 1).TrimEnd()} {statement} }}";
    }
}
