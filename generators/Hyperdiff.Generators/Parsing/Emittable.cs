using System.Collections.Concurrent;
using Hyperdiff.Generators.Caching;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hyperdiff.Generators.Parsing;

/// <summary>What is emitted: declarations without issues, whose structures have none either.</summary>
/// <remarks>
/// A form over a <c>[Tree]</c> record that gets no tree would not compile, and the user would read errors in emitted code beside the one that matters, at the
/// record. Many methods share few records: each is read once, and again when something changes that it depends on.
/// </remarks>
/// <param name="cache">What is known of records.</param>
/// <param name="compilation">The compilation.</param>
/// <param name="cancellation">Ends the work.</param>
internal sealed class Emittable(ModelCache cache, Compilation compilation, CancellationToken cancellation)
{
    public TreeModel? Tree(INamedTypeSymbol type) => IsFirst(type) && AreSound([type]) ? Record(type) : null;

    public FormModel? Form(IMethodSymbol method, FormKind kind) =>
        IsFirst(method.ContainingType) && AreSound(Signature(method)) ? FormParser.Parse(method, kind, cancellation, HasNumbers).Model : null;

    public FunctionModel? Function(IMethodSymbol method) =>
        IsFirst(method.ContainingType) && AreSound(Signature(method)) ? FunctionParser.Parse(method, cancellation).Model : null;

    public DerivativeModel? Derivative(IMethodSymbol method, string attribute) =>
        IsFirst(method.ContainingType) && IsFirst(method) && AreSound(Signature(method)) ? DerivativeParser.Parse(method, attribute, cancellation).Model : null;

    /// <summary>The structures in a call that looks trees up by types.</summary>
    public EquatableArray<TreeType> Structures(InvocationExpressionSyntax call, SemanticModel model) =>
        StructureCalls.Of(call, model, AreSound, cancellation);

    // while someone types, a type or a method may stand there twice, or have no name yet, nor its namespace; the compiler says so, and only the first that
    // has one is emitted for
    private static bool IsFirst(INamedTypeSymbol type)
    {
        for (INamespaceSymbol level = type.ContainingNamespace; !level.IsGlobalNamespace; level = level.ContainingNamespace)
        {
            if (level.Name.Length == 0)
            {
                return false;
            }
        }

        return Hierarchies.Chain(type).All(level => level.Name.Length > 0
            && (((INamespaceOrTypeSymbol?)level.ContainingType ?? level.ContainingNamespace).GetTypeMembers(level.Name, level.Arity)
                .FirstOrDefault(other => !other.IsFileLocal) is not { } first || SymbolEqualityComparer.Default.Equals(first, level)));
    }

    private static bool IsFirst(IMethodSymbol method) => SymbolEqualityComparer.Default.Equals(
        GeneratedNames.Definition(method),
        method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(other => KnownNames.IsDerivative(other)
            && other.Parameters.Length == method.Parameters.Length
            && other.Parameters.Zip(method.Parameters, (a, b) => TypeNames.Same(a.Type, b.Type)).All(same => same)));

    private static IEnumerable<ITypeSymbol> Signature(IMethodSymbol method) => method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType);

    private TreeModel? Record(INamedTypeSymbol type)
    {
        ConcurrentDictionary<string, object?> known = KnownOf(type);
        string place = "record " + Hierarchies.Of(type).QualifiedName;
        if (!known.TryGetValue(place, out object? model))
        {
            known[place] = model = TreeParser.Parse(type, cancellation).Model;
        }

        return (TreeModel?)model;
    }

    // records are asked for by every method that takes them
    private bool HasNumbers(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol record || !IsToBeEmitted(record))
        {
            return LiftedTypes.HasNumbers(type);
        }

        ConcurrentDictionary<string, object?> known = KnownOf(record);
        string place = "numbers " + Hierarchies.Of(record).QualifiedName;
        if (!known.TryGetValue(place, out object? has))
        {
            known[place] = has = LiftedTypes.HasNumbers(record);
        }

        return (bool)has!;
    }

    private ConcurrentDictionary<string, object?> KnownOf(INamedTypeSymbol type) =>
        cache.Of(type.DeclaringSyntaxReferences[0].SyntaxTree, compilation, cancellation);

    private bool AreSound(IEnumerable<ITypeSymbol> types)
    {
        var seen = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var next = new Queue<ITypeSymbol>(types);
        while (next.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            ITypeSymbol type = next.Dequeue();
            if (type is IArrayTypeSymbol array)
            {
                next.Enqueue(array.ElementType);
            }
            else if (type is INamedTypeSymbol { IsTupleType: true } tuple)
            {
                Enqueue(tuple.TupleElements.Select(element => element.Type));
            }
            else if (type is INamedTypeSymbol { TypeKind: not TypeKind.Error } named && IsToBeEmitted(named) && !KnownOf(named).ContainsKey(Sound(named))
                && seen.Add(named))
            {
                if (Record(named) is null)
                {
                    return false;
                }

                Enqueue(TreeParser.Members(named, cancellation).Select(member => member.Type));
            }
        }

        foreach (INamedTypeSymbol record in seen)
        {
            KnownOf(record)[Sound(record)] = null;
        }

        return true;

        void Enqueue(IEnumerable<ITypeSymbol> more)
        {
            foreach (ITypeSymbol type in more)
            {
                next.Enqueue(type);
            }
        }
    }

    // without issues, and made of what is without issues
    private static string Sound(INamedTypeSymbol type) => "sound " + Hierarchies.Of(type).QualifiedName;

    private static bool IsToBeEmitted(INamedTypeSymbol type) => KnownNames.Has(type, KnownNames.Tree) && type.Locations.Any(location => location.IsInSource);
}
