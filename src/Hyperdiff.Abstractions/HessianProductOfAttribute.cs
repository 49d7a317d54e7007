namespace Hyperdiff;

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
