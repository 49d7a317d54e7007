using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>What is known of the methods of a compilation, shared by all analyzers: each method is run once.</summary>
internal sealed class ProgramEffects
{
    private static readonly ConditionalWeakTable<Compilation, ProgramEffects> s_known = new();

    private readonly ProgramBodies _bodies;
    private readonly TypeFacts _types = new();
    private readonly EffectTable _table;
    private readonly SettledMethods _settled;
    private readonly ConcurrentDictionary<(IMethodSymbol Method, bool TracedOnly), MethodEffects> _methods = new();

    private ProgramEffects(Compilation compilation)
    {
        _bodies = new(compilation);
        _table = new(compilation);
        _settled = new(_bodies, _types, _table);
    }

    public ProgramBodies Bodies => _bodies;

    public static ProgramEffects Of(Compilation compilation) => s_known.GetValue(compilation, key => new ProgramEffects(key));

    /// <summary>What a method does.</summary>
    /// <param name="method">The method.</param>
    /// <param name="tracedOnly">Whether only functions that it hands to transformations are judged.</param>
    /// <param name="cancellation">Ends the work.</param>
    public MethodEffects Of(IMethodSymbol method, bool tracedOnly, CancellationToken cancellation)
    {
        (IMethodSymbol, bool) key = (ProgramBodies.Key(method), tracedOnly);
        if (!_methods.TryGetValue(key, out MethodEffects? effects))
        {
            var run = new Interpretation(_bodies, _types, _table, _settled, tracedOnly, [], cancellation);
            IReadOnlyList<Finding> findings = run.Run(method);
            effects = _methods.GetOrAdd(key, new MethodEffects(findings, run.Uses));
        }

        return effects;
    }
}

/// <summary>What a method does against the rules, and which members of structures it looks at.</summary>
internal sealed record MethodEffects(IReadOnlyList<Finding> Findings, MemberUses Uses);
