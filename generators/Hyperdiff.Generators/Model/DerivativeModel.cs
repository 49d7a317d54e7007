namespace Hyperdiff.Generators.Model;

/// <summary>A partial <c>[GradientOf]</c> or <c>[HessianProductOf]</c> method that waits for its implementation.</summary>
/// <param name="Hierarchy">The class and what contains it.</param>
/// <param name="Modifiers">Accessibility and all else that the implementation must repeat.</param>
/// <param name="Method">The unescaped name of the method.</param>
/// <param name="ReturnType">The qualified type of w.</param>
/// <param name="Parameters">All parameters: w, λ, data, and what the derivative is multiplied by.</param>
/// <param name="IsExtension">Whether the first parameter is marked <c>this</c>.</param>
/// <param name="Form">The name of the nested class that holds the form of the method that is differentiated.</param>
/// <param name="Kind">What is implemented.</param>
internal sealed record DerivativeModel(
    Hierarchy Hierarchy, string Modifiers, string Method, string ReturnType, EquatableArray<DerivativeParameter> Parameters, bool IsExtension, string Form,
    DerivativeKind Kind)
{
    /// <summary>What tells it from overloads.</summary>
    public string Signature => string.Join(", ", Parameters.Select(parameter => parameter.Type));
}

/// <summary>Which derivative a partial method is. Each is a method of forms.</summary>
internal enum DerivativeKind
{
    /// <summary>The gradient of an objective.</summary>
    Gradient,

    /// <summary>The product of an objective's Hessian with a vector, which is one parameter more.</summary>
    HessianProduct,

    /// <summary>The product of a map's or a condition's transposed Jacobian with a cotangent, which is one parameter more.</summary>
    Pullback,
}
