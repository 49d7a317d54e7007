using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Which types hold plain numbers, and what becomes of them in a lifted method.</summary>
internal static class LiftedTypes
{
    /// <summary>What a type of the user becomes.</summary>
    public static LiftedKind KindOf(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Double } => LiftedKind.Number,
        { SpecialType: SpecialType.System_Int32 } => LiftedKind.Integer,
        { SpecialType: SpecialType.System_Boolean } => LiftedKind.Truth,
        IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Double, Rank: 1 or 2 } => LiftedKind.Numbers,
        IArrayTypeSymbol { Rank: 1 } array when IsChanged(array.ElementType) => LiftedKind.Array,
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Any(element => KindOf(element.Type) != LiftedKind.Plain)
            ? LiftedKind.Tuple : LiftedKind.Plain,
        INamedTypeSymbol { TypeKind: TypeKind.Delegate, DelegateInvokeMethod: { } invoke, ContainingNamespace.Name: "System", Name: "Func" }
            when invoke.Parameters.Select(parameter => parameter.Type).Append(invoke.ReturnType).Any(part => KindOf(part) != LiftedKind.Plain) =>
            LiftedKind.Function,
        INamedTypeSymbol named when IsNumberRecord(named) => LiftedKind.Record,
        _ => KnownNames.IsTensor(type) ? LiftedKind.Tensor : LiftedKind.Plain,
    };

    /// <summary>Whether elements of the type are held by something else in a lifted method: numbers, and functions of them.</summary>
    public static bool IsChanged(ITypeSymbol type) => HasNumbers(type) || KindOf(type) is LiftedKind.Function or LiftedKind.Array;

    /// <summary>Whether values of the type are tensors or made of them, and hold no numbers.</summary>
    public static bool IsOverTensors(ITypeSymbol type) => !HasNumbers(type) && TreeTypes.Of(type, out _) is { Kind: not TreeKind.Unit };

    /// <summary>Whether values of the type hold a <c>double</c> that would be differentiated.</summary>
    public static bool HasNumbers(ITypeSymbol type) => HasNumbers(type, []);

    /// <summary>Whether the type is one of the user's that is made of its members, some of them numbers.</summary>
    public static bool IsNumberRecord(INamedTypeSymbol type) => IsNumberRecord(type, []);

    private static bool HasNumbers(ITypeSymbol type, HashSet<ITypeSymbol> seen) => type switch
    {
        { SpecialType: SpecialType.System_Double } => true,
        IArrayTypeSymbol array => HasNumbers(array.ElementType, seen),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Any(element => HasNumbers(element.Type, seen)),
        INamedTypeSymbol named => IsNumberRecord(named, seen),
        _ => false,
    };

    private static bool IsNumberRecord(INamedTypeSymbol type, HashSet<ITypeSymbol> seen) =>
        type is { SpecialType: SpecialType.None, TypeKind: TypeKind.Class or TypeKind.Struct, IsTupleType: false, IsGenericType: false, IsAbstract: false }
        && !KnownNames.IsTensor(type) && IsOfUsers(type) && seen.Add(type)
        && TreeParser.Members(type, default).Any(member => HasNumbers(member.Type, seen)) && !Contains(type, type, []);

    // what contains itself has no end of leaves
    private static bool Contains(ITypeSymbol type, INamedTypeSymbol part, HashSet<ITypeSymbol> seen) => Parts(type).Any(inner =>
        SymbolEqualityComparer.Default.Equals(inner, part) || (seen.Add(inner) && Contains(inner, part, seen)));

    private static IEnumerable<ITypeSymbol> Parts(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => [array.ElementType],
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Select(element => element.Type),
        INamedTypeSymbol { SpecialType: SpecialType.None, TypeKind: TypeKind.Class or TypeKind.Struct } named when IsOfUsers(named) =>
            TreeParser.Members(named, default).Select(member => member.Type),
        _ => [],
    };

    // types of the framework that hold numbers (Complex, Vector) have arithmetic of their own
    private static bool IsOfUsers(INamedTypeSymbol type)
    {
        INamespaceSymbol? root = type.ContainingNamespace;
        while (root is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
        {
            root = root.ContainingNamespace;
        }

        return root is not { Name: "System" or "Microsoft" or KnownNames.Namespace } || type.Locations.Any(location => location.IsInSource);
    }
}
