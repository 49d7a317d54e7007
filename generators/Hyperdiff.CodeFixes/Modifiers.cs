using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.CodeFixes;

/// <summary>Adds modifiers where C# wants them: partial last, others before it.</summary>
internal static class Modifiers
{
    public static T With<T>(T declaration, SyntaxKind modifier)
        where T : MemberDeclarationSyntax
    {
        if (declaration.Modifiers.Any(modifier))
        {
            return declaration;
        }

        SyntaxToken token = SyntaxFactory.Token(modifier).WithTrailingTrivia(SyntaxFactory.Space);
        int partial = declaration.Modifiers.IndexOf(SyntaxKind.PartialKeyword);
        if (declaration.Modifiers.Count > 0)
        {
            return (T)declaration.WithModifiers(declaration.Modifiers.Insert(partial < 0 ? declaration.Modifiers.Count : partial, token));
        }

        // the first token's comments and line breaks stay before what is the first now
        SyntaxToken first = First(declaration);
        var bare = (T)declaration.ReplaceToken(first, first.WithLeadingTrivia());
        return (T)bare.WithModifiers(SyntaxFactory.TokenList(token.WithLeadingTrivia(first.LeadingTrivia)));
    }

    private static SyntaxToken First(MemberDeclarationSyntax declaration) => declaration.AttributeLists.Count == 0
        ? declaration.GetFirstToken() : declaration.AttributeLists.Last().GetLastToken().GetNextToken();
}
