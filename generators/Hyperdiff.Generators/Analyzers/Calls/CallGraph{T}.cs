using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Calls;

/// <summary>Bodies of a compilation, what was found in each, and who calls whom; filled concurrently, read at the end.</summary>
internal sealed class CallGraph<T>
{
    private readonly ConcurrentBag<Body> _bodies = [];
    private readonly Lazy<ILookup<ISymbol, Body>> _byOwner;

    public CallGraph() => _byOwner = new(() => _bodies.ToLookup(body => body.Owner, SymbolEqualityComparer.Default));

    /// <summary>Adds a body.</summary>
    /// <param name="owner">Method, or the field or property with this initialiser.</param>
    /// <param name="callees">What it calls.</param>
    /// <param name="found">What was found in it.</param>
    public void Add(ISymbol owner, IReadOnlyList<ISymbol> callees, T found)
    {
        // initialisers of instance members run with the constructors of their type; those of static members run once, which is no concern of a call
        ISymbol? key = owner is IMethodSymbol method ? CallWalker.Key(method) : owner.IsStatic ? null : owner.ContainingType?.OriginalDefinition;
        if (key is not null)
        {
            _bodies.Add(new Body(key, callees, found));
        }
    }

    /// <summary>What is reached from a method, nearest first, with the path of calls that leads there. No body may be added afterwards.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="stop">Methods beyond which not to go, because they are roots themselves.</param>
    public IEnumerable<(IReadOnlyList<ISymbol> Path, T Found)> From(IMethodSymbol root, Func<ISymbol, bool> stop)
    {
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { CallWalker.Key(root) };
        var next = new Queue<ISymbol[]>();
        next.Enqueue([CallWalker.Key(root)]);
        while (next.Count > 0)
        {
            ISymbol[] path = next.Dequeue();
            foreach (Body body in _byOwner.Value[path[path.Length - 1]])
            {
                yield return (path, body.Found);
                foreach (ISymbol callee in body.Callees.Where(callee => !stop(callee) && seen.Add(callee)))
                {
                    next.Enqueue([.. path, callee]);
                }
            }
        }
    }

    private sealed record Body(ISymbol Owner, IReadOnlyList<ISymbol> Callees, T Found);
}
