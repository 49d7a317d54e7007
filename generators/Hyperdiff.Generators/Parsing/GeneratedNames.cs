using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Whether the name of a generated member is free.</summary>
internal static class GeneratedNames
{
    /// <summary>The reason why a member cannot be generated for a method under its name, if there is one.</summary>
    public static Issue? Conflict(IMethodSymbol method, FormKind kind)
    {
        string member = FormModel.MemberOf(method.Name, kind);
        bool Rival(IMethodSymbol other) => !SymbolEqualityComparer.Default.Equals(other, method) && other.PartialDefinitionPart is null
            && IsAnnotated(other, kind);

        // names of emitted files ignore case, so names of methods that differ in case alone would meet there
        string? reason =
            method.ContainingType.GetMembers().OfType<IMethodSymbol>()
                .Any(other => string.Equals(other.Name, method.Name, StringComparison.OrdinalIgnoreCase) && Rival(other))
                ? "another annotated overload generates as well"
            : method.ContainingType.GetMembers(member).Any(other => !GeneratedCode.IsOurs(other)) ? "the type declares already"
            : null;
        return reason is null ? null : new Issue(DiagnosticDescriptors.SameMember, method.Locations[0], method.Name, member, reason);
    }

    /// <summary>Whether a method bears an attribute that makes it a form of this kind.</summary>
    public static bool IsAnnotated(IMethodSymbol method, FormKind kind) => kind switch
    {
        FormKind.Map => KnownNames.Has(method, KnownNames.FixedPointMap),
        FormKind.Condition => KnownNames.Has(method, KnownNames.RootCondition),
        _ => KnownNames.Has(method, KnownNames.InnerObjective) || KnownNames.Has(method, KnownNames.OuterObjective),
    };

    /// <summary>Whether a method bears an attribute that makes it a form of any kind.</summary>
    public static bool IsAnnotated(IMethodSymbol method) => IsAnnotated(method, FormKind.Map) || IsAnnotated(method, FormKind.Condition)
        || IsAnnotated(method, FormKind.Objective);
}
