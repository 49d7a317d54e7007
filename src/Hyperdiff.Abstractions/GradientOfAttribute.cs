namespace Hyperdiff;

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
