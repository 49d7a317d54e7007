namespace Hyperdiff.Generators.Model;

/// <summary>A member of a <c>[Tree]</c> record that is part of its structure.</summary>
/// <param name="Name">The unescaped name, which is the leaf's name as well.</param>
/// <param name="Tree">How it is made of tensors; null for a static member.</param>
/// <param name="Frozen">Whether it is never differentiated.</param>
/// <param name="Positional">Whether it is a parameter of the primary constructor; the others are set by an object initialiser.</param>
internal sealed record TreeMember(string Name, TreeType? Tree, bool Frozen, bool Positional);
