using System.Collections.Concurrent;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>What a member without a body in this compilation does.</summary>
internal enum EffectKind
{
    /// <summary>Reads what it is given, and writes to parameters that say so by their types.</summary>
    Pure,

    /// <summary>Changes its receiver.</summary>
    ChangesReceiver,

    /// <summary>Breaks a rule.</summary>
    Forbidden,

    /// <summary>Nobody knows.</summary>
    NotSeen,
}

/// <summary>What a member without a body in this compilation does, and if it is forbidden, by which rule.</summary>
internal sealed record Effect(EffectKind Kind, DiagnosticDescriptor? Rule = null, string Remedy = "")
{
    public static readonly Effect Pure = new(EffectKind.Pure);
    public static readonly Effect ChangesReceiver = new(EffectKind.ChangesReceiver);
    public static readonly Effect NotSeen = new(EffectKind.NotSeen);
}

/// <summary>What is known of members whose bodies are not in this compilation, by lists, by promises that they carry, and by assumptions of this
/// assembly.</summary>
internal sealed class EffectTable(Compilation compilation)
{
    private readonly ConcurrentDictionary<ISymbol, Effect> _effects = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _trusted = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, IReadOnlyList<IMethodSymbol>> _callbacks = new(SymbolEqualityComparer.Default);

    private readonly Lazy<ILookup<string, INamedTypeSymbol>> _assumed = new(() => compilation.Assembly.GetAttributes()
        .Where(attribute => attribute.AttributeClass is { Name: KnownNames.AssumePure } type && TypeFacts.IsLibrary(type))
        .Where(attribute => attribute.ConstructorArguments.Length == 2 && attribute.ConstructorArguments[0].Value is INamedTypeSymbol)
        .ToLookup(attribute => attribute.ConstructorArguments[1].Value as string ?? string.Empty,
            attribute => ((INamedTypeSymbol)attribute.ConstructorArguments[0].Value!).OriginalDefinition));

    /// <summary>Whether a member is pure by promise, by assumption, or because it is judged by itself: calls of it are not followed.</summary>
    public bool IsTrusted(ISymbol member) => _trusted.GetOrAdd(member.OriginalDefinition, key => Trusted(key));

    /// <summary>Whether <c>[assembly: AssumePure(typeof(T), nameof(M))]</c> names the member.</summary>
    public bool IsAssumed(ISymbol member)
    {
        string name = member is IMethodSymbol { AssociatedSymbol: { } property } ? property.Name
            : member is IMethodSymbol { MethodKind: MethodKind.Constructor } ? member.ContainingType.Name : member.Name;
        return _assumed.Value[name].Any(type => SymbolEqualityComparer.Default.Equals(type, member.ContainingType?.OriginalDefinition));
    }

    /// <summary>Whether a member, or what it implements or overrides, promises to be pure; it is then checked where it has a body.</summary>
    public static bool IsPromised(ISymbol member)
    {
        for (ISymbol? declared = member; declared is not null; declared = Overridden(declared))
        {
            if (Has(declared) || (declared is IMethodSymbol { AssociatedSymbol: { } property } && Has(property)))
            {
                return true;
            }
        }

        return member is { IsStatic: false, ContainingType: { TypeKind: not TypeKind.Interface } type } && type.AllInterfaces
            .SelectMany(implemented => implemented.GetMembers())
            .Where(declared => Has(declared) || Has(declared.ContainingType) || (declared is IMethodSymbol { AssociatedSymbol: { } property } && Has(property)))
            .Any(declared => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(declared)?.OriginalDefinition,
                member.OriginalDefinition));

        static bool Has(ISymbol symbol) => KnownNames.Has(symbol, KnownNames.PureFunction)
            || (symbol is not INamedTypeSymbol && symbol.ContainingType is { } type && KnownNames.Has(type, KnownNames.PureFunction));
    }

    /// <summary>What a member of another assembly does.</summary>
    public Effect Of(ISymbol member) => _effects.GetOrAdd(member.OriginalDefinition, key => IsTrusted(key) ? Effect.Pure : FrameworkEffects.Of(key));

    /// <summary>The methods by which a type takes part in what the framework does: those that override its methods or implement its interfaces.</summary>
    public IReadOnlyList<IMethodSymbol> Callbacks(INamedTypeSymbol type) => _callbacks.GetOrAdd(type.OriginalDefinition, key =>
    {
        IEnumerable<IMethodSymbol> overrides = key.GetMembers().OfType<IMethodSymbol>().Where(method => method.IsOverride && IsForeign(method));
        IEnumerable<IMethodSymbol> implementing = key.AllInterfaces.Where(implemented => !ProgramBodies.IsWritten(implemented)
            && !TypeFacts.IsLibrary(implemented))
            .SelectMany(implemented => implemented.GetMembers().OfType<IMethodSymbol>())
            .Select(member => key.FindImplementationForInterfaceMember(member)).OfType<IMethodSymbol>().Where(method => ProgramBodies.IsWritten(method));
        return [.. overrides.Concat(implementing).Where(method => !method.IsStatic).Distinct<IMethodSymbol>(SymbolEqualityComparer.Default)];
    });

    private static ISymbol? Overridden(ISymbol member) => member switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        _ => null,
    };

    private static bool IsForeign(IMethodSymbol method)
    {
        IMethodSymbol first = method;
        while (first.OverriddenMethod is { } overridden)
        {
            first = overridden;
        }

        return !ProgramBodies.IsWritten(first);
    }

    private bool Trusted(ISymbol member) =>
        (member is IMethodSymbol method && (GeneratedNames.IsAnnotated(method) || KnownNames.IsDerivative(method)
            || (method.PartialDefinitionPart is { } declared && (GeneratedNames.IsAnnotated(declared) || KnownNames.IsDerivative(declared)))))
        || GeneratedCode.IsOurs(member) || IsPromised(member) || IsAssumed(member);
}
