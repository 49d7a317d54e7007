namespace Hyperdiff;

/// <summary>Marks a partial record whose primary-constructor parameters are tensors or other structures, or a partial class or struct whose settable members
/// are, as a structure of parameters.</summary>
/// <remarks>
/// The generator emits how it is flattened into leaves and rebuilt, with leaf names for messages, and the operations of a vector space
/// (<c>+</c>, <c>-</c>, and <c>*</c> with a scalar) unless the type declares them itself. Members of type <c>bool</c>, <c>char</c>, <c>string</c>, an integer
/// or an enum are static: they are part of the structure, not leaves.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class TreeAttribute : Attribute;
