namespace Hyperdiff;

/// <summary>Marks a parameter whose first axis counts samples.</summary>
/// <remarks>
/// An objective with <c>[Batch]</c> parameters is a mean over their first axis plus terms that do not contain them, so that the size-weighted average
/// of its values and gradients over slices is exact.
/// </remarks>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class BatchAttribute : Attribute;

/// <summary>Marks a leaf (or a whole substructure) of a <see cref="TreeAttribute">[Tree]</see> record that is never differentiated.</summary>
/// <remarks>Its tangent is structurally zero, and a gradient holds zeros instead.</remarks>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class FrozenAttribute : Attribute;
