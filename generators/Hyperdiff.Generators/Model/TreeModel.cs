namespace Hyperdiff.Generators.Model;

/// <summary>A <c>[Tree]</c> record, as far as the emitted code depends on it.</summary>
/// <remarks>
/// Models hold strings, numbers, flags and each other, all immutable and compared by value. Never a symbol, a piece of syntax, a location or a compilation:
/// those differ after every edit, which would regenerate everything, and they keep whole compilations alive.
/// </remarks>
/// <param name="Hierarchy">The record and what contains it.</param>
/// <param name="Members">What its structure consists of, in order.</param>
/// <param name="Written">The operators that the user wrote.</param>
/// <param name="ByReference">Those of them that take references, and do not implement the interface's for that.</param>
/// <param name="OtherResult">Those of them that have another result, and do not implement the interface's for that.</param>
/// <param name="HidesInherited">Whether a base type has a tree of its own.</param>
/// <param name="Nested">The name of the nested class that is the tree.</param>
internal sealed record TreeModel(
    Hierarchy Hierarchy, EquatableArray<TreeMember> Members, TreeOperators Written, TreeOperators ByReference, TreeOperators OtherResult, bool HidesInherited,
    string Nested);

/// <summary>How a type comes to have a tree.</summary>
internal enum TreeKind
{
    /// <summary>It is a tensor.</summary>
    Tensor,

    /// <summary>It is the empty tuple.</summary>
    Unit,

    /// <summary>It is an array; its element is the only part.</summary>
    Array,

    /// <summary>It is a tuple; its elements are the parts.</summary>
    Tuple,

    /// <summary>It is an <c>ImmutableArray</c>; its element is the only part.</summary>
    ImmutableArray,

    /// <summary>It is a reference that may be null; what it refers to is the only part.</summary>
    Optional,

    /// <summary>It is a <c>Nullable</c>; its value is the only part.</summary>
    Nullable,

    /// <summary>It is a <c>Dictionary</c> with string keys; its element is the only part, as of the next two.</summary>
    Dictionary,

    /// <summary>It is an <c>IReadOnlyDictionary</c>.</summary>
    ReadOnlyDictionary,

    /// <summary>It is an <c>ImmutableDictionary</c>.</summary>
    ImmutableDictionary,

    /// <summary>It is a <c>double</c>.</summary>
    Number,

    /// <summary>It is a <c>double[]</c>.</summary>
    NumberArray,

    /// <summary>It is a <c>double[,]</c>.</summary>
    NumberTable,

    /// <summary>It is a record of the user's that holds numbers and is not marked <c>[Tree]</c>: its tree is emitted with the form.</summary>
    Record,

    /// <summary>It has a static property <c>Tree</c>: generated for <c>[Tree]</c> types, or written by hand with <c>ITree</c>.</summary>
    Declared,
}

/// <summary>A member of a <c>[Tree]</c> record that is part of its structure.</summary>
/// <param name="Name">The unescaped name, which is the leaf's name as well.</param>
/// <param name="Tree">How it is made of tensors; null for a static member.</param>
/// <param name="Frozen">Whether it is never differentiated.</param>
/// <param name="Positional">Whether it is a parameter of the primary constructor; the others are set by an object initialiser.</param>
internal sealed record TreeMember(string Name, TreeType? Tree, bool Frozen, bool Positional);

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
