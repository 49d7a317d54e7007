namespace Hyperdiff.Generators.Model;

/// <summary>A parameter of an annotated method beyond (w, λ).</summary>
/// <param name="Name">The unescaped name, which is the leaf's name as well.</param>
/// <param name="Type">The qualified type.</param>
/// <param name="Tree">How it is made of tensors; null for a static argument.</param>
/// <param name="Batch">Whether its first axis counts samples.</param>
/// <param name="Meaning">What the user says of it; null if nothing.</param>
/// <param name="Default">The default value as code; null if there is none.</param>
internal sealed record DataParameter(string Name, string Type, TreeType? Tree, bool Batch, string? Meaning, string? Default);

/// <summary>A parameter of a <c>[GradientOf]</c> or <c>[HessianProductOf]</c> method.</summary>
/// <param name="Name">The unescaped name: the implementation must repeat it.</param>
/// <param name="Type">The qualified type.</param>
internal sealed record DerivativeParameter(string Name, string Type);

/// <summary>What a method returns beside its first result.</summary>
/// <param name="Tree">How it is made of tensors: the second element of the returned tuple, or a tuple of all further ones.</param>
/// <param name="Count">How many further elements there are.</param>
internal sealed record AuxiliaryOutput(TreeType Tree, int Count);
