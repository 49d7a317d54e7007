using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Hyperdiff.CodeFixes;

/// <summary>A fix that writes a declaration anew.</summary>
public abstract class DeclarationFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode marked = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (await ChangeAsync(context.Document, marked, context.CancellationToken).ConfigureAwait(false) is not (var title, var before, var after))
            {
                continue;
            }

            context.RegisterCodeFix(CodeAction.Create(title,
                cancellation => ReplacedAsync(context.Document.Project.Solution, before, after, cancellation), title),
                diagnostic);
        }
    }

    /// <summary>What to do, what is written anew, and how; null if the fix does not apply.</summary>
    /// <param name="document">The document.</param>
    /// <param name="marked">What the diagnostic marks.</param>
    /// <param name="cancellation">Ends the search.</param>
    protected abstract Task<(string Title, SyntaxNode Before, SyntaxNode After)?> ChangeAsync(Document document, SyntaxNode marked,
        CancellationToken cancellation);

    private static async Task<Solution> ReplacedAsync(Solution solution, SyntaxNode before, SyntaxNode after, CancellationToken cancellation)
    {
        Document document = solution.GetDocument(before.SyntaxTree)!;
        SyntaxNode root = await before.SyntaxTree.GetRootAsync(cancellation).ConfigureAwait(false);
        return document.WithSyntaxRoot(root.ReplaceNode(before, after)).Project.Solution;
    }
}
