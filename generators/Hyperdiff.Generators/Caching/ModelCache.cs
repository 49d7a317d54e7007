using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Caching;

/// <summary>Keeps what was made of the declarations of a file as long as nothing changes that it depends on: then no name is bound anew.</summary>
/// <remarks>The pipeline asks for every declaration after every edit anywhere, since any file may have changed what a name means. It seldom has.</remarks>
internal sealed class ModelCache
{
    // more files than this were renamed or removed since
    private const int Forgotten = 2;

    private readonly ConcurrentDictionary<string, File> _files = new();
    private readonly ConditionalWeakTable<SyntaxTree, Bodies> _bodies = new();

    /// <summary>What is known of the declarations of a file: by place, what was made of them.</summary>
    /// <param name="tree">The file.</param>
    /// <param name="compilation">The compilation that it is of.</param>
    /// <param name="cancellation">Ends the work.</param>
    public ConcurrentDictionary<string, object?> Of(SyntaxTree tree, Compilation compilation, CancellationToken cancellation)
    {
        string surroundings = Surroundings.Of(tree, compilation, cancellation);
        if (!_files.TryGetValue(tree.FilePath, out File? file) || file.Surroundings != surroundings)
        {
            if (_files.Count > Forgotten * compilation.SyntaxTrees.Count())
            {
                _files.Clear();
            }

            _files[tree.FilePath] = file = new File(surroundings);
        }

        return file.Models;
    }

    /// <summary>The model of a declaration, made if it is not known.</summary>
    /// <param name="found">The declaration.</param>
    /// <param name="attribute">By which attribute it was found.</param>
    /// <param name="parse">Makes a model; reads signatures and whatever else is declared, but no bodies of methods.</param>
    /// <param name="cancellation">Ends the work.</param>
    public T? Of<T>(GeneratorAttributeSyntaxContext found, string attribute, Func<T?> parse, CancellationToken cancellation)
        where T : class
    {
        ConcurrentDictionary<string, object?> models = Of(found.TargetNode.SyntaxTree, found.SemanticModel.Compilation, cancellation);
        string place = attribute + Place(found.TargetNode);
        if (!models.TryGetValue(place, out object? model))
        {
            models[place] = model = parse();
        }

        return (T?)model;
    }

    /// <summary>What was made of an expression in a body, likewise.</summary>
    /// <param name="node">The expression.</param>
    /// <param name="compilation">The compilation.</param>
    /// <param name="make">Makes it; may bind the body that the expression stands in.</param>
    /// <param name="cancellation">Ends the work.</param>
    public T Of<T>(SyntaxNode node, Compilation compilation, Func<T> make, CancellationToken cancellation)
        where T : class
    {
        // per compilation once
        Bodies bodies = _bodies.GetOrCreateValue(node.SyntaxTree);
        if (!bodies.Compilation.TryGetTarget(out Compilation? last) || last != compilation)
        {
            string surroundings = Surroundings.OfBodies(node.SyntaxTree, compilation, cancellation);
            if (surroundings != bodies.Surroundings)
            {
                bodies.Made.Clear();
                bodies.Surroundings = surroundings;
            }

            bodies.Compilation.SetTarget(compilation);
        }

        return (T)bodies.Made.GetOrAdd(node.SpanStart, _ => make());
    }

    // where it stands among the declarations, which an edit of a body leaves as it is
    private static string Place(SyntaxNode node) => node.Parent switch
    {
        TypeDeclarationSyntax type => $"{Place(type)}.{type.Members.IndexOf((MemberDeclarationSyntax)node)}",
        BaseNamespaceDeclarationSyntax scope => $"{Place(scope)}.{scope.Members.IndexOf((MemberDeclarationSyntax)node)}",
        CompilationUnitSyntax unit => $".{unit.Members.IndexOf((MemberDeclarationSyntax)node)}",
        _ => $"@{node.SpanStart}",
    };

    private sealed class Bodies
    {
        public WeakReference<Compilation?> Compilation { get; } = new(null);

        public string Surroundings { get; set; } = string.Empty;

        public ConcurrentDictionary<int, object> Made { get; } = new();
    }

    private sealed class File(string surroundings)
    {
        public string Surroundings { get; } = surroundings;

        public ConcurrentDictionary<string, object?> Models { get; } = new();
    }
}
