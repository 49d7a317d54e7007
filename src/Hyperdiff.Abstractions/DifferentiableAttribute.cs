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
