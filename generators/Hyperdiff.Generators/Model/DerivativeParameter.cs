namespace Hyperdiff.Generators.Model;

/// <summary>A parameter of a <c>[GradientOf]</c> or <c>[HessianProductOf]</c> method.</summary>
/// <param name="Name">The unescaped name: the implementation must repeat it.</param>
/// <param name="Type">The qualified type.</param>
internal sealed record DerivativeParameter(string Name, string Type);
