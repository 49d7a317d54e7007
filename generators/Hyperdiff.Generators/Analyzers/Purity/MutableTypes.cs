using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Purity;

/// <summary>Types whose values can change although the variable that holds them cannot.</summary>
internal static class MutableTypes
{
    private static readonly HashSet<string> s_mutators =
    [
        "Add", "AddFirst", "AddLast", "AddOrUpdate", "AddRange", "Append", "AppendLine", "Clear", "CopyTo", "Dequeue", "Enqueue", "ExceptWith", "Fill",
        "GetOrAdd", "Insert",
        "InsertRange", "IntersectWith", "Pop", "Push", "Remove", "RemoveAll", "RemoveAt", "RemoveFirst", "RemoveLast", "RemoveRange", "RemoveWhere", "Replace",
        "Reverse", "Set",
        "SetCount", "SetValue", "Sort", "SymmetricExceptWith", "TrimExcess", "TryAdd", "TryDequeue", "TryPop", "TryRemove", "TryTake", "TryUpdate", "UnionWith",
    ];

    public static bool Contains(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol => true,
        INamedTypeSymbol named => IsCollection(named)
            || (named.TypeKind == TypeKind.Class && named.Locations.Any(location => location.IsInSource) && HasSettableMember(named)),
        _ => false,
    };

    /// <summary>Whether a method of a mutable type changes its receiver.</summary>
    public static bool IsMutator(IMethodSymbol method) => !method.IsStatic && s_mutators.Contains(method.Name)
        && (Contains(method.ContainingType) || IsMemory(method.ContainingType));

    /// <summary>Whether a static method changes the array or span that it is given first, as <c>Array.Sort</c> does.</summary>
    public static bool IsMutatorOfFirstArgument(IMethodSymbol method) => method is { IsStatic: true, Parameters.Length: > 0 }
        && (method.ContainingType.SpecialType == SpecialType.System_Array || method.ContainingType.ToDisplayString() == "System.MemoryExtensions")
        && method.Name is "Sort" or "Fill" or "Clear" or "Reverse" or "Resize";

    private static bool IsMemory(INamedTypeSymbol type) =>
        type is { Name: "Span", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private static bool IsCollection(INamedTypeSymbol type)
    {
        string space = type.ContainingNamespace?.ToDisplayString() ?? string.Empty;
        return type.ToDisplayString() == "System.Text.StringBuilder"
            || (space is "System.Collections" or "System.Collections.Generic" or "System.Collections.Concurrent" or "System.Collections.ObjectModel"
                && !type.Name.StartsWith("IReadOnly", StringComparison.Ordinal) && !type.Name.StartsWith("ReadOnly", StringComparison.Ordinal)
                && type.AllInterfaces.Append(type).Any(item => item.Name == "ICollection"));
    }

    private static bool HasSettableMember(INamedTypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>().Any(
        field => !field.IsStatic && !field.IsReadOnly && field.AssociatedSymbol is not IPropertySymbol { SetMethod.IsInitOnly: true });
}
