namespace Hyperdiff;

/// <summary>Marks a method as a differentiable function in its own right, apart from any problem: one that annotated methods call, or that is differentiated
/// by itself.</summary>
/// <remarks>
/// The method is static, non-generic and pure, with any number of parameters: structures of tensors, at least one of them, and static arguments. It returns a
/// structure. For a method <c>Energy(x, net)</c> the generator adds <c>EnergyFunction</c>, a <c>DifferentiableFunction</c> of the tuple
/// <c>(x, net)</c>, with values, gradients, Jacobian and Hessian products and batches, whose graphs are kept.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DifferentiableAttribute : Attribute;

/// <summary>Marks a partial method that the generator implements as <c>∇_w f</c>, the gradient of an objective in its first parameter; or, of a map or a
/// condition, as <c>(∂Φ/∂w)ᵀ ȳ</c>, which needs the cotangent ȳ.</summary>
/// <param name="objective">The name of the method, in the same class: <c>nameof(Train)</c>. The marked method has its parameters, and for a map or a condition
/// ȳ, of the type of the first one, as the last.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GradientOfAttribute(string objective) : Attribute
{
    /// <summary>The name of the method that is differentiated.</summary>
    public string Objective { get; } = objective;
}

/// <summary>Marks a partial method that the generator implements as <c>∇²_w f v</c>, the product of an objective's Hessian in its first parameter with a
/// vector.</summary>
/// <param name="objective">The name of the objective method, in the same class: <c>nameof(Train)</c>. The marked method has its parameters, and v as the last
/// one.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HessianProductOfAttribute(string objective) : Attribute
{
    /// <summary>The name of the objective method.</summary>
    public string Objective { get; } = objective;
}
