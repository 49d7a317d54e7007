namespace Hyperdiff.Generators.Model;

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
