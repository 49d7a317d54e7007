namespace Hyperdiff;

/// <summary>Marks a method as the outer objective F of <c>ℓ(λ) = F(w*(λ), λ)</c>.</summary>
/// <remarks>The same rules hold as for <see cref="InnerObjectiveAttribute"/>.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OuterObjectiveAttribute : Attribute;
