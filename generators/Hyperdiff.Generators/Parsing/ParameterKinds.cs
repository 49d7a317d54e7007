using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Modifiers of parameters: only plain values can be inputs of a graph.</summary>
internal static class ParameterKinds
{
    public static Issue? Issue(IParameterSymbol parameter, string owner)
    {
        string? modifier = parameter.RefKind switch
        {
            RefKind.Ref => "ref",
            RefKind.Out => "out",
            RefKind.In => "in",
            RefKind.None => parameter.IsParams ? "params" : null,
            _ => "ref readonly",
        };
        return modifier is null ? null : new Issue(DiagnosticDescriptors.ParameterKind, parameter.Locations[0], parameter.Name, owner, modifier);
    }
}
