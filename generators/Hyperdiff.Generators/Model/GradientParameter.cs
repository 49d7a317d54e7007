namespace Hyperdiff.Generators.Model;

/// <summary>A parameter of a <c>[GradientOf]</c> method.</summary>
/// <param name="Name">The unescaped name: the implementation must repeat it.</param>
/// <param name="Type">The qualified type.</param>
internal sealed record GradientParameter(string Name, string Type);
