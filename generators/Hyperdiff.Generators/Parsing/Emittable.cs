using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>What is emitted: declarations without issues, whose structures have none either.</summary>
/// <remarks>
/// A form over a <c>[Tree]</c> record that gets no tree would not compile, and the user would read errors in emitted code beside the one that matters, at the
/// record. Many methods share few records: within a compilation each record is read once.
/// </remarks>
internal static class Emittable
{
    // an assembly symbol stands for one compilation, and goes with it
    private static readonly ConditionalWeakTable<IAssemblySymbol, Known> s_known = new();

    public static TreeModel? Tree(INamedTypeSymbol type, CancellationToken cancellation) =>
        IsFirst(type) && AreSound([type], cancellation) ? Record(type, cancellation).Model : null;

    public static FormModel? Form(IMethodSymbol method, FormKind kind, CancellationToken cancellation) =>
        IsFirst(method.ContainingType) && AreSound(Signature(method), cancellation) ? FormParser.Parse(method, kind, cancellation).Model : null;

    public static GradientModel? Gradient(IMethodSymbol method, CancellationToken cancellation) =>
        IsFirst(method.ContainingType) && IsFirst(method) && AreSound(Signature(method), cancellation)
            ? GradientParser.Parse(method, cancellation).Model : null;

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
        method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(other => KnownNames.Has(other, KnownNames.GradientOf)
            && other.Parameters.Length == method.Parameters.Length
            && other.Parameters.Zip(method.Parameters, (a, b) => TypeNames.Same(a.Type, b.Type)).All(same => same)));

    private static IEnumerable<ITypeSymbol> Signature(IMethodSymbol method) => method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType);

    private static Parsed<TreeModel> Record(INamedTypeSymbol type, CancellationToken cancellation) =>
        Of(type).Records.GetOrAdd(type, record => TreeParser.Parse(record, cancellation));

    private static Known Of(INamedTypeSymbol type) => s_known.GetValue(type.ContainingAssembly, static _ => new Known());

    private static bool AreSound(IEnumerable<ITypeSymbol> types, CancellationToken cancellation)
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
            else if (type is INamedTypeSymbol { TypeKind: not TypeKind.Error } named && !Of(named).Sound.ContainsKey(named) && IsToBeEmitted(named)
                && seen.Add(named))
            {
                if (Record(named, cancellation).Model is null)
                {
                    return false;
                }

                Enqueue(TreeParser.Members(named, cancellation).Select(member => member.Type));
            }
        }

        foreach (INamedTypeSymbol record in seen)
        {
            Of(record).Sound[record] = true;
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

    private static bool IsToBeEmitted(INamedTypeSymbol type) => KnownNames.Has(type, KnownNames.Tree) && type.Locations.Any(location => location.IsInSource);

    /// <summary>What was found out of the records of a compilation.</summary>
    private sealed class Known
    {
        public ConcurrentDictionary<INamedTypeSymbol, Parsed<TreeModel>> Records { get; } = new(SymbolEqualityComparer.Default);

        /// <summary>Those without issues, inside as well.</summary>
        public ConcurrentDictionary<INamedTypeSymbol, bool> Sound { get; } = new(SymbolEqualityComparer.Default);
    }
}
