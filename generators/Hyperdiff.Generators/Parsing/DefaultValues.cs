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
        { Type.TypeKind: TypeKind.Enum } => $"({TypeNames.Qualified(parameter.Type)})({SymbolDisplay.FormatPrimitive(parameter.ExplicitDefaultValue, true, false)})",
        _ => SymbolDisplay.FormatPrimitive(parameter.ExplicitDefaultValue, quoteStrings: true, useHexadecimalNumbers: false),
    };
}
