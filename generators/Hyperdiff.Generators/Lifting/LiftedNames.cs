namespace Hyperdiff.Generators.Lifting;

/// <summary>The types of the library with which lifted methods compute.</summary>
internal static class LiftedNames
{
    public const string Number = "global::Hyperdiff.Lifting.Number";
    public const string Integer = "global::Hyperdiff.Lifting.Integer";
    public const string Truth = "global::Hyperdiff.Lifting.Truth";
    public const string Numbers = "global::Hyperdiff.Lifting.Numbers";
    public const string Call = "global::Hyperdiff.Lifting.LiftedCall";
}
