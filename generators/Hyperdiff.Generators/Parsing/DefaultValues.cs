using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Default values of parameters, as code.</summary>
internal static class DefaultValues
{
    /// <summary>The value; null if there is none.</summary>
    public static string? Of(IParameterSymbol parameter) => parameter switch
    {
        { HasExplicitDefaultValue: false } => null,
        { ExplicitDefaultValue: null } => parameter.Type.IsReferenceType ? "null!" : "default",
        _ when Present(parameter.Type) is { TypeKind: TypeKind.Enum } type => $"({TypeNames.Qualified(type)})({Literal(parameter)})",
        _ => Literal(parameter),
    };

    private static ITypeSymbol Present(ITypeSymbol type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    // some numbers have no literal of their own
    private static string Literal(IParameterSymbol parameter) => parameter.ExplicitDefaultValue switch
    {
        double.NaN => "double.NaN",
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        double value when BitConverter.DoubleToInt64Bits(value) == long.MinValue => "-0.0",
        var value => SymbolDisplay.FormatPrimitive(value!, quoteStrings: true, useHexadecimalNumbers: false),
    };
}
