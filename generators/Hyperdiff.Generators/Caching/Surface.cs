using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Caching;

/// <summary>What one file says outside of the bodies of methods: all that declarations anywhere can depend on in it.</summary>
/// <remarks>Bodies of accessors, properties and constructors count: they decide what has storage, and what a constructor sets. A body with directives in it
/// counts too, since <c>#nullable</c> reaches beyond it.</remarks>
internal sealed class Surface
{
    // a file that was not edited is the same object in the next compilation
    private static readonly ConditionalWeakTable<SyntaxTree, Surface> s_known = new();

    // extension methods that are called without their name
    private static readonly HashSet<string> s_called =
        ["Add", "Deconstruct", "GetAwaiter", "GetEnumerator", "GetAsyncEnumerator", "Select", "SelectMany", "Where"];

    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _declared = new();
    private readonly HashSet<string> _mentioned = new();
    private readonly HashSet<string> _global = new();
    private readonly HashSet<string> _mentionedGlobally = new();

    private Surface(SyntaxNode root)
    {
        foreach (SyntaxNodeOrToken item in root.DescendantNodesAndTokens(static node => !IsBody(node)))
        {
            if (item.IsToken)
            {
                Add(item.AsToken());
            }
            else if (item.AsNode() is { } node)
            {
                Add(node);
            }
        }

        Hash = HashOf(_text.ToString());
        _text.Clear();
        if (_global.Any(HasTypesWithoutMention))
        {
            _global.Add(Hash);
        }
    }

    /// <summary>The hash of all that counts.</summary>
    public string Hash { get; }

    /// <summary>The simple names of the types that are declared here, without the suffix that attributes may leave out, and those of extension
    /// methods.</summary>
    public IReadOnlyCollection<string> Declared => _declared;

    /// <summary>The identifiers that occur, in the same form: what they mean, other files may decide.</summary>
    public IReadOnlyCollection<string> Mentioned => _mentioned;

    /// <summary>What reaches every file without being mentioned there: namespaces, global usings, attributes of the assembly.</summary>
    public IReadOnlyCollection<string> Global => _global;

    /// <summary>The identifiers in these.</summary>
    public IReadOnlyCollection<string> MentionedGlobally => _mentionedGlobally;

    public static Surface Of(SyntaxTree tree, CancellationToken cancellation) =>
        s_known.TryGetValue(tree, out Surface? known) ? known : s_known.GetValue(tree, key => new Surface(key.GetRoot(cancellation)));

    /// <summary>A hash in which a collision would be a wrong program.</summary>
    public static string HashOf(string text)
    {
        using var algorithm = SHA256.Create();
        return Convert.ToBase64String(algorithm.ComputeHash(Encoding.Unicode.GetBytes(text)));
    }

    /// <summary>The identifiers in the whole file, bodies too.</summary>
    public static IReadOnlyCollection<string> AllMentioned(SyntaxTree tree, CancellationToken cancellation)
    {
        var mentioned = new HashSet<string>();
        Mention(tree.GetRoot(cancellation), mentioned);
        return mentioned;
    }

    private static bool IsExtension(MethodDeclarationSyntax method) =>
        method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true
        || method.Parent is TypeDeclarationSyntax { Keyword.Text: "extension" };

    private static bool IsBody(SyntaxNode node) => !node.ContainsDirectives
        && (node is GlobalStatementSyntax || (node is BlockSyntax or ArrowExpressionClauseSyntax && node.Parent is MethodDeclarationSyntax
            or OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax or DestructorDeclarationSyntax));

    // tuples, numbers and the like are named by signs, the library's types by the generator
    private static bool HasTypesWithoutMention(string global) =>
        global is "namespace Hyperdiff" or "namespace System" || global.StartsWith("namespace System.", StringComparison.Ordinal);

    private void Add(SyntaxNode node)
    {
        if (node is MemberDeclarationSyntax)
        {
            _text.Append(node.RawKind).Append('\0');
        }

        switch (node)
        {
            case BaseTypeDeclarationSyntax type:
                _declared.Add(Short(type.Identifier.ValueText));
                break;
            case DelegateDeclarationSyntax type:
                _declared.Add(Short(type.Identifier.ValueText));
                break;
            case MethodDeclarationSyntax method when IsExtension(method):
                (s_called.Contains(method.Identifier.ValueText) ? _global : _declared).Add(method.Identifier.ValueText);
                break;
            case BaseNamespaceDeclarationSyntax scope:
                IEnumerable<BaseNamespaceDeclarationSyntax> levels = scope.AncestorsAndSelf().OfType<BaseNamespaceDeclarationSyntax>().Reverse();
                _global.Add("namespace " + string.Join(".", levels.Select(level => level.Name)));
                break;
            case UsingDirectiveSyntax { GlobalKeyword.RawKind: not 0 } or AttributeListSyntax { Target.Identifier.ValueText: "assembly" or "module" }:
                _global.Add(node.ToString());
                Mention(node, _mentionedGlobally);
                break;
            case not null when IsBody(node):
                _text.Append("{}\0");
                break;
        }
    }

    private void Add(SyntaxToken token)
    {
        _text.Append(token.Text).Append('\0');
        Mention(token, _mentioned);
        if (!token.HasStructuredTrivia)
        {
            return;
        }

        foreach (SyntaxTrivia trivia in token.GetAllTrivia())
        {
            if (trivia.GetStructure() is { } structure)
            {
                _text.Append(structure.ToFullString()).Append('\0');
                Mention(structure, _mentioned);
            }
        }
    }

    private static void Mention(SyntaxNode node, HashSet<string> mentioned)
    {
        foreach (SyntaxToken token in node.DescendantTokens())
        {
            Mention(token, mentioned);
        }
    }

    private static void Mention(SyntaxToken token, HashSet<string> mentioned)
    {
        if (token.IsKind(SyntaxKind.IdentifierToken))
        {
            mentioned.Add(Short(token.ValueText));
        }
    }

    private static string Short(string name)
    {
        const string suffix = "Attribute";
        return name.EndsWith(suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - suffix.Length) : name;
    }
}
