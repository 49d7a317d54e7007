namespace Hyperdiff;

/// <summary>Marks a partial method that the generator implements as <c>∇_w f</c>, the gradient of an objective in its first parameter.</summary>
/// <param name="objective">The name of the objective method, in the same class and with the same parameters: <c>nameof(Train)</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GradientOfAttribute(string objective) : Attribute
{
    /// <summary>The name of the objective method.</summary>
    public string Objective { get; } = objective;
}
