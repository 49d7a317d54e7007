using Hyperdiff.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Attributes that make it an error to use a declaration, except within what bears them as well: emitted members repeat them.</summary>
internal static class CallContexts
{
    private const string Experimental = "ExperimentalAttribute";

    /// <summary><c>[Obsolete]</c> and <c>[Experimental]</c> of a method, as code.</summary>
    public static EquatableArray<string> Of(IMethodSymbol method) => new(method.GetAttributes().Select(Printed).OfType<string>());

    private static string? Printed(AttributeData attribute) => attribute.AttributeClass switch
    {
        { Name: nameof(ObsoleteAttribute), ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } =>
            Printed("global::System.Obsolete", attribute),
        { Name: Experimental, ContainingNamespace: { Name: "CodeAnalysis", ContainingNamespace.Name: "Diagnostics" } } =>
            Printed("global::System.Diagnostics.CodeAnalysis.Experimental", attribute),
        _ => null,
    };

    private static string Printed(string name, AttributeData attribute) =>
        $"[{name}({string.Join(", ", attribute.ConstructorArguments.Select(argument => argument.ToCSharpString()))})]";
}
