using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>What can be said of values by their types: whether they lead to anything that can change.</summary>
internal sealed class TypeFacts
{
    private static readonly HashSet<string> s_immutableClasses =
    [
        "System.String", "System.Uri", "System.Version", "System.Type", "System.Globalization.CultureInfo", "System.Globalization.NumberFormatInfo",
        "System.Text.Encoding", "System.Text.RegularExpressions.Regex", "System.DBNull", "System.StringComparer", "System.Collections.Generic.Comparer",
        "System.Collections.Generic.EqualityComparer", "System.TimeZoneInfo", "System.Text.CompositeFormat", "System.Buffers.SearchValues",
    ];

    private static readonly HashSet<string> s_viewTypes = ["Span", "ReadOnlySpan", "Memory", "ReadOnlyMemory", "ArraySegment", "TensorSpan",
        "ReadOnlyTensorSpan"];

    private readonly ConcurrentDictionary<ITypeSymbol, bool> _holdsObjects = new(SymbolEqualityComparer.IncludeNullability);
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _canChange = new(SymbolEqualityComparer.IncludeNullability);

    /// <summary>Whether a value of the type may refer to objects that are to be followed: those that can change, and functions.</summary>
    public bool HoldsObjects(ITypeSymbol? type) => type is null || _holdsObjects.GetOrAdd(type, key => Holds(key, []));

    /// <summary>Whether what a value of the type refers to can change. Of an unsealed class, what its own members allow.</summary>
    public bool CanChange(ITypeSymbol type) => _canChange.GetOrAdd(type, key => Changes(key, []));

    /// <summary>Whether a number of the type can carry a derivative.</summary>
    public static bool CarriesNumbers(ITypeSymbol? type) => type is null || !(type.TypeKind == TypeKind.Enum || type.SpecialType is
        SpecialType.System_Boolean or SpecialType.System_Char or SpecialType.System_SByte or SpecialType.System_Byte or SpecialType.System_Int16
        or SpecialType.System_UInt16 or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_UInt64
        or SpecialType.System_IntPtr or SpecialType.System_UIntPtr or SpecialType.System_Void);

    /// <summary>Whether a value is a window on memory that lies elsewhere, so that writing to it writes there.</summary>
    public static bool IsView(ITypeSymbol? type) => type is INamedTypeSymbol named && s_viewTypes.Contains(named.Name) && IsFrom(named, "System");

    public static bool IsLibrary(ISymbol symbol) => symbol.ContainingAssembly?.Name is "Hyperdiff" or "Hyperdiff.Abstractions";

    private static bool IsFrom(INamedTypeSymbol type, string root) => FullName(type).StartsWith(root + ".", StringComparison.Ordinal);

    /// <summary>Namespace and name, without type arguments.</summary>
    public static string FullName(INamedTypeSymbol type) => type.ContainingNamespace is { IsGlobalNamespace: false } space
        ? $"{space.ToDisplayString()}.{type.Name}" : type.Name;

    private static bool IsImmutableCollection(INamedTypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() is "System.Collections.Immutable" or "System.Collections.Frozen" && type.Name != "Builder"
        && type.TypeKind != TypeKind.Interface;

    private static bool IsScalar(ITypeSymbol type) => type.TypeKind == TypeKind.Enum
        || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_UIntPtr
        or SpecialType.System_DateTime or SpecialType.System_Void;

    private static bool IsNumber(ITypeParameterSymbol type) => type.HasUnmanagedTypeConstraint
        || type.ConstraintTypes.Any(constraint => constraint.ContainingNamespace?.ToDisplayString() == "System.Numerics");

    private static IEnumerable<ITypeSymbol> FieldTypes(INamedTypeSymbol type) =>
        type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic).Select(field => field.Type);

    // what a class holds must not be settable, nor lead to what is; a record's init members count as readonly
    private static bool HasSettable(INamedTypeSymbol type) => type.GetMembers().OfType<IEventSymbol>().Any(item => !item.IsStatic)
        || type.GetMembers().OfType<IFieldSymbol>().Any(
        field => !field.IsStatic && !field.IsReadOnly && field.AssociatedSymbol is not IPropertySymbol { SetMethod.IsInitOnly: true }
            and not IPropertySymbol { SetMethod: null });

    private bool Holds(ITypeSymbol type, HashSet<ITypeSymbol> open)
    {
        if (IsScalar(type) || !open.Add(type))
        {
            return false;
        }

        switch (type)
        {
            case ITypeParameterSymbol parameter:
                return !IsNumber(parameter);
            case INamedTypeSymbol named when IsLibrary(named):
                return named.TypeKind == TypeKind.Delegate || named.TypeArguments.Any(argument => Holds(argument, open));
            case INamedTypeSymbol named when s_immutableClasses.Contains(FullName(named)) || IsImmutableCollection(named):
                return named.TypeArguments.Any(argument => Holds(argument, open));
            case INamedTypeSymbol { IsAnonymousType: true } anonymous:
                return anonymous.GetMembers().OfType<IPropertySymbol>().Any(property => Holds(property.Type, open));
            case INamedTypeSymbol { IsValueType: true, IsTupleType: true } tuple:
                return tuple.TupleElements.Any(element => Holds(element.Type, open));
            case INamedTypeSymbol { IsValueType: true } named:
                return ProgramBodies.IsWritten(named)
                    ? named.IsRefLikeType || FieldTypes(named).Any(field => Holds(field, open))
                        || PrimaryParameters(named).Any(parameter => Holds(parameter, open))
                    : named.IsRefLikeType || IsView(named) || named.Name.EndsWith("Enumerator", StringComparison.Ordinal)
                        || named.TypeArguments.Any(argument => Holds(argument, open));
            case INamedTypeSymbol { TypeKind: TypeKind.Class, IsSealed: true } named when ProgramBodies.IsWritten(named):
                return !IsPlainBase(named.BaseType) || HasSettable(named) || FieldTypes(named).Any(field => Holds(field, open))
                    || PrimaryParameters(named).Any(parameter => Holds(parameter, open));
            default:
                return true;
        }
    }

    // a class that captures parameters of its primary constructor can set them as well
    private static IEnumerable<ITypeSymbol> PrimaryParameters(INamedTypeSymbol type) => type.IsRecord ? [] : type.InstanceConstructors
        .Where(constructor => constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.TypeDeclarationSyntax)
        .SelectMany(constructor => constructor.Parameters).Select(parameter => parameter.Type);

    private bool IsPlainBase(INamedTypeSymbol? type) => type is null || type.SpecialType == SpecialType.System_Object || (ProgramBodies.IsWritten(type)
        && !HasSettable(type) && FieldTypes(type).All(field => !HoldsObjects(field)) && IsPlainBase(type.BaseType));

    private static bool Changes(ITypeSymbol type, HashSet<ITypeSymbol> open)
    {
        if (IsScalar(type) || !open.Add(type))
        {
            return false;
        }

        switch (type)
        {
            case ITypeParameterSymbol parameter:
                return !IsNumber(parameter);
            case INamedTypeSymbol { TypeKind: TypeKind.Delegate }:
                return false;
            case INamedTypeSymbol named when IsLibrary(named) || s_immutableClasses.Contains(FullName(named)) || IsImmutableCollection(named):
                return named.TypeArguments.Any(argument => Changes(argument, open));
            case INamedTypeSymbol { IsValueType: true } named:
                return ProgramBodies.IsWritten(named) || named.IsTupleType
                    ? FieldTypes(named).Any(field => Changes(field, open))
                    : IsView(named) || named.TypeArguments.Any(argument => Changes(argument, open));
            case INamedTypeSymbol { TypeKind: TypeKind.Interface, Name: "IComparer" or "IEqualityComparer" or "IFormatProvider" }:
                return false;
            case INamedTypeSymbol { TypeKind: TypeKind.Class } named when ProgramBodies.IsWritten(named):
                return HasSettable(named) || FieldTypes(named).Any(field => Changes(field, open)) || PrimaryParameters(named).Any(item => Changes(item, open))
                    || (named.BaseType is { SpecialType: not SpecialType.System_Object } parent && Changes(parent, open));
            case INamedTypeSymbol { TypeKind: TypeKind.Interface } named when ProgramBodies.IsWritten(named):
                return false;
            case { SpecialType: SpecialType.System_Object }:
                return false;
            default:
                return true;
        }
    }
}
