namespace Hyperdiff;

/// <summary>Marks a leaf (or a whole substructure) of a <see cref="TreeAttribute">[Tree]</see> record that is never differentiated.</summary>
/// <remarks>Its tangent is structurally zero, and a gradient holds zeros instead.</remarks>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class FrozenAttribute : Attribute;
