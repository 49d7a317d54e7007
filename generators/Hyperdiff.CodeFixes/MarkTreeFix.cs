using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.CodeFixes;

/// <summary>HD1007: marks the record that is no structure yet, wherever it is declared.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MarkTreeFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ["HD1007"];

    /// <inheritdoc/>
    protected override async Task<(string Title, SyntaxNode Before, SyntaxNode After)?> ChangeAsync(
        Document document, SyntaxNode marked, CancellationToken cancellation)
    {
        SemanticModel model = (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false))!;
        ITypeSymbol? type = model.GetDeclaredSymbol(marked, cancellation) switch
        {
            IParameterSymbol parameter => parameter.Type,
            IPropertySymbol property => property.Type,
            IFieldSymbol field => field.Type,
            _ => null,
        };
        if (Record(type) is not { } record
            || await record.DeclaringSyntaxReferences[0].GetSyntaxAsync(cancellation).ConfigureAwait(false) is not RecordDeclarationSyntax declaration
            || document.Project.Solution.GetDocument(declaration.SyntaxTree) is null)
        {
            return null;
        }

        return ($"Mark {record.Name} [Tree]", declaration, Marked(Modifiers.With(declaration, SyntaxKind.PartialKeyword)));
    }

    private static RecordDeclarationSyntax Marked(RecordDeclarationSyntax declaration)
    {
        SyntaxToken first = declaration.GetFirstToken();
        AttributeListSyntax tree = SyntaxFactory.AttributeList(
            SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Attribute(SyntaxFactory.IdentifierName("Tree"))))
            .WithLeadingTrivia(first.LeadingTrivia).WithTrailingTrivia(SyntaxFactory.Space);
        RecordDeclarationSyntax bare = declaration.ReplaceToken(first, first.WithLeadingTrivia());
        return bare.WithAttributeLists(bare.AttributeLists.Insert(0, tree));
    }

    // of arrays and tuples the first record within that is not marked
    private static INamedTypeSymbol? Record(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Record(array.ElementType),
        INamedTypeSymbol { IsTupleType: true } tuple =>
            tuple.TupleElements.Select(element => Record(element.Type)).FirstOrDefault(record => record is not null),
        INamedTypeSymbol { IsRecord: true, DeclaringSyntaxReferences.Length: > 0 } record
            when !record.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "TreeAttribute") => record,
        _ => null,
    };
}
