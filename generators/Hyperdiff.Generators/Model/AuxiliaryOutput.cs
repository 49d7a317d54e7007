namespace Hyperdiff.Generators.Model;

/// <summary>What a method returns beside its first result.</summary>
/// <param name="Tree">How it is made of tensors: the second element of the returned tuple, or a tuple of all further ones.</param>
/// <param name="Count">How many further elements there are.</param>
internal sealed record AuxiliaryOutput(TreeType Tree, int Count);
