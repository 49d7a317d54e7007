namespace Hyperdiff.Generators.Model;

/// <summary>A type that is a structure of tensors.</summary>
/// <param name="Kind">How it comes to have a tree.</param>
/// <param name="Name">The qualified name, with tuple names.</param>
/// <param name="Parts">The types that it is made of, if it is an array or a tuple.</param>
internal sealed record TreeType(TreeKind Kind, string Name, EquatableArray<TreeType> Parts)
{
    /// <summary>The members of a record that has no tree of its own.</summary>
    public EquatableArray<TreeMember> Members { get; init; } = EquatableArray<TreeMember>.Empty;

    /// <summary>Whether a value may be of a derived type, whose further members would be lost.</summary>
    public bool Inheritable { get; init; }
}
