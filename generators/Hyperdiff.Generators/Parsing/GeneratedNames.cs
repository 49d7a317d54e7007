using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>The names of generated members: the one that users write must be free; the others give way.</summary>
internal static class GeneratedNames
{
    /// <summary>The reason why a member cannot be generated for a method under its name, if there is one.</summary>
    public static Issue? Conflict(IMethodSymbol method, FormKind kind)
    {
        string member = FormModel.MemberOf(method.Name, kind);
        string? reason =
            method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>()
                .Any(other => !SymbolEqualityComparer.Default.Equals(Definition(other), method) && IsAnnotated(other, kind))
                ? "another annotated overload generates as well"
            : method.ContainingType.GetMembers(member).Any(other => !GeneratedCode.IsOurs(other)) ? "the type declares already"
            : method.ContainingType.Name == member ? "is the name of the type itself"
            : method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Any(other => Priority(other) > Priority(method))
                ? "would call an overload of a higher priority"
            : null;
        return reason is null ? null : new Issue(DiagnosticDescriptors.SameMember, method.Locations[0], method.Name, member, reason);
    }

    // the call of the method is resolved as any other, and only a method of this type may come before it
    private static int Priority(IMethodSymbol method) => method.GetAttributes()
        .FirstOrDefault(attribute => attribute.AttributeClass is { Name: "OverloadResolutionPriorityAttribute" })
        ?.ConstructorArguments.FirstOrDefault().Value as int? ?? 0;

    /// <summary>A name for a nested type that nobody else bears: the wanted one, or that with a number.</summary>
    public static string Free(INamedTypeSymbol type, string wanted)
    {
        string name = wanted;
        for (int i = 2; name == type.Name || type.GetMembers(name).Any(other => !GeneratedCode.IsOurs(other)); i++)
        {
            name = wanted + i;
        }

        return name;
    }

    /// <summary>The part of a method that stands for both.</summary>
    public static IMethodSymbol Definition(IMethodSymbol method) => method.PartialDefinitionPart ?? method;

    /// <summary>Whether a method bears an attribute that makes it a form of this kind.</summary>
    public static bool IsAnnotated(IMethodSymbol method, FormKind kind) => kind switch
    {
        FormKind.Map => KnownNames.Has(method, KnownNames.FixedPointMap),
        FormKind.Condition => KnownNames.Has(method, KnownNames.RootCondition),
        FormKind.Function => KnownNames.Has(method, KnownNames.Differentiable),
        _ => KnownNames.Has(method, KnownNames.InnerObjective) || KnownNames.Has(method, KnownNames.OuterObjective),
    };

    /// <summary>Whether a method bears an attribute that makes it a form of any kind.</summary>
    public static bool IsAnnotated(IMethodSymbol method) => IsAnnotated(method, FormKind.Map) || IsAnnotated(method, FormKind.Condition)
        || IsAnnotated(method, FormKind.Objective) || IsAnnotated(method, FormKind.Function);
}
