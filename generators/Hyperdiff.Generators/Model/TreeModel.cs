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
