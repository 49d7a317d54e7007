using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>Methods that are given no objects and return none: found pure once, they are pure wherever they are called, and need not be run again.</summary>
internal sealed class SettledMethods(ProgramBodies bodies, TypeFacts types, EffectTable table)
{
    // deeper chains of such calls are run in place
    private const int DeepestNesting = 60;

    private readonly ConcurrentDictionary<IMethodSymbol, Settled> _known = new(SymbolEqualityComparer.Default);

    /// <summary>What is known of such a method, or null if the method is not of this kind.</summary>
    /// <param name="method">The method.</param>
    /// <param name="open">The methods that are being settled above.</param>
    /// <param name="cancellation">Ends the work.</param>
    public Settled? Of(IMethodSymbol method, IReadOnlyList<IMethodSymbol> open, CancellationToken cancellation)
    {
        if (_known.TryGetValue(method, out Settled? known))
        {
            return known;
        }

        if (open.Count >= DeepestNesting || open.Contains(method, SymbolEqualityComparer.Default) || !IsClosed(method))
        {
            return null;
        }

        var run = new Interpretation(bodies, types, table, this, tracedOnly: false, [.. open, method], cancellation);
        IReadOnlyList<Finding> findings = run.Run(method);

        // what recursion left open is judged in place
        return _known.GetOrAdd(method, new Settled(findings.Count == 0 && run.Result.Reads.Count == 0, run.Uses));
    }

    private bool IsClosed(IMethodSymbol method) =>
        method.MethodKind is MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion or MethodKind.PropertyGet
        && (method.IsStatic || (!types.HoldsObjects(method.ContainingType) && method is { IsVirtual: false, IsAbstract: false, IsOverride: false }))
        && method.Parameters.All(parameter => parameter.RefKind == RefKind.None && !types.HoldsObjects(parameter.Type))
        && !types.HoldsObjects(method.ReturnType) && !method.IsAsync && method.Arity == 0 && !method.ContainingType.IsGenericType;
}

/// <summary>What is known of a settled method.</summary>
/// <param name="IsPure">Whether nothing was found in it.</param>
/// <param name="Uses">What it looks at.</param>
internal sealed record Settled(bool IsPure, MemberUses Uses);
