using Hyperdiff.Generators.Lifting;
using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Which types are structures of tensors, which are static arguments, and what is wrong with the others.</summary>
internal static class TreeTypes
{
    /// <summary>The structure of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="offender">If there is none, the part of the type that is no structure.</param>
    public static TreeType? Of(ITypeSymbol type, out ITypeSymbol offender)
    {
        offender = type;
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            return Of(TreeKind.Nullable, type, [nullable.TypeArguments[0]], ref offender);
        }

        if (type.NullableAnnotation == NullableAnnotation.Annotated)
        {
            return Of(TreeKind.Optional, type, [type.WithNullableAnnotation(NullableAnnotation.NotAnnotated)], ref offender);
        }

        return type switch
        {
            IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Double, Rank: 1 } => Leaf(TreeKind.NumberArray, type),
            IArrayTypeSymbol { ElementType.SpecialType: SpecialType.System_Double, Rank: 2 } => Leaf(TreeKind.NumberTable, type),
            IArrayTypeSymbol { Rank: 1 } array => Of(TreeKind.Array, type, [array.ElementType], ref offender),
            INamedTypeSymbol { Name: "ValueTuple", Arity: 0, ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } =>
                Leaf(TreeKind.Unit, type),
            INamedTypeSymbol { IsTupleType: true } tuple =>
                Of(TreeKind.Tuple, type, [.. tuple.TupleElements.Select(element => element.Type)], ref offender),
            INamedTypeSymbol { IsGenericType: true } generic when Collection(generic) is { } kind =>
                Of(kind, type, [generic.TypeArguments[generic.Arity - 1]], ref offender),
            INamedTypeSymbol named when KnownNames.IsTensor(named) => Leaf(TreeKind.Tensor, type),
            INamedTypeSymbol named when IsDeclared(named) => Leaf(TreeKind.Declared, type),
            { SpecialType: SpecialType.System_Double } => Leaf(TreeKind.Number, type),
            INamedTypeSymbol named when LiftedTypes.IsNumberRecord(named) => Record(named, ref offender),
            _ => null,
        };
    }

    /// <summary>Whether values of the type are part of a structure, not leaves: they belong to the key of a compiled plan.</summary>
    public static bool IsStatic(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum || type.SpecialType is SpecialType.System_Boolean or SpecialType.System_String or SpecialType.System_Char
            or (>= SpecialType.System_SByte and <= SpecialType.System_UInt64)
        || (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && IsStatic(nullable.TypeArguments[0]));

    /// <summary>What to do about a type that is neither.</summary>
    public static string Remedy(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Single or SpecialType.System_Decimal } =>
            $"declare it as double, or as Tensor and pass Tensor.Scalar(value), because the value of a {TypeNames.Brief(type)} would be compiled into the plan",
        IArrayTypeSymbol { Rank: > 1 } => "use an array with one dimension, or one Tensor",
        IArrayTypeSymbol => "its elements must be tensors or structures of them; a Tensor holds numbers",
        INamedTypeSymbol { IsRecord: true } => "mark the record [Tree]",
        { SpecialType: not SpecialType.None } => "use Tensor for a value, an integer, bool, char, string or an enum for a static argument",
        INamedTypeSymbol { IsGenericType: true } =>
            "use an array, an ImmutableArray, a dictionary with string keys, a tuple, or a [Tree] type",
        _ => "use Tensor, an array, a tuple, or a [Tree] type; integers, bool, char, string and enums are static arguments",
    };

    private static TreeKind? Collection(INamedTypeSymbol type) => (type.ContainingNamespace.ToDisplayString(), type.Name, type.Arity) switch
    {
        ("System.Collections.Immutable", "ImmutableArray", 1) => TreeKind.ImmutableArray,
        _ when type.Arity != 2 || type.TypeArguments[0]
            is not { SpecialType: SpecialType.System_String, NullableAnnotation: not NullableAnnotation.Annotated } => null,
        ("System.Collections.Immutable", "ImmutableDictionary", _) => TreeKind.ImmutableDictionary,
        ("System.Collections.Generic", "IReadOnlyDictionary", _) => TreeKind.ReadOnlyDictionary,
        ("System.Collections.Generic", "Dictionary", _) => TreeKind.Dictionary,
        _ => null,
    };

    private static bool IsDeclared(INamedTypeSymbol type) => !type.IsGenericType
        && (KnownNames.Has(type, KnownNames.Tree)
            || type.AllInterfaces.Any(i => KnownNames.IsTreeInterface(i) && SymbolEqualityComparer.Default.Equals(i.TypeArguments[0], type)));

    private static TreeType? Record(INamedTypeSymbol type, ref ITypeSymbol offender)
    {
        var members = new List<TreeMember>();
        foreach ((ISymbol symbol, ITypeSymbol memberType) in TreeParser.Members(type, default))
        {
            ITypeSymbol inner = memberType;
            TreeType? tree = IsStatic(memberType) ? null : SymbolEqualityComparer.Default.Equals(memberType, type) ? null : Of(memberType, out inner);
            if (tree is null && !IsStatic(memberType))
            {
                offender = inner;
                return null;
            }

            members.Add(new TreeMember(symbol.Name, tree, TreeParser.IsFrozen(symbol, type), symbol is IParameterSymbol));
        }

        return TreeParser.CanBeRebuilt(type) ? new TreeType(TreeKind.Record, TypeNames.Qualified(type), EquatableArray<TreeType>.Empty)
        {
            Members = new EquatableArray<TreeMember>(members),
            Inheritable = type is { IsValueType: false, IsSealed: false },
        } : null;
    }

    private static TreeType Leaf(TreeKind kind, ITypeSymbol type) => new(kind, TypeNames.Qualified(type), EquatableArray<TreeType>.Empty);

    private static TreeType? Of(TreeKind kind, ITypeSymbol type, ITypeSymbol[] parts, ref ITypeSymbol offender)
    {
        var trees = new TreeType[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (Of(parts[i], out ITypeSymbol inner) is not { } tree)
            {
                offender = inner;
                return null;
            }

            // what may be absent, and collections, are not lifted
            if (kind is not (TreeKind.Array or TreeKind.Tuple) && LiftedTypes.HasNumbers(parts[i]))
            {
                return null;
            }

            trees[i] = tree;
        }

        return new TreeType(kind, TypeNames.Qualified(type), new EquatableArray<TreeType>(trees));
    }
}
