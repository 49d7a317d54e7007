using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>Tells emitted members from written ones: the generator sees a compilation without them, an analyzer one with them.</summary>
internal static class GeneratedCode
{
    public const string Tool = "Hyperdiff.Generators";

    public static bool IsOurs(ISymbol symbol) => symbol.GetAttributes().Any(
        attribute => attribute.AttributeClass is { Name: "GeneratedCodeAttribute" }
            && attribute.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: Tool });
}
