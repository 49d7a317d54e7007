namespace Hyperdiff;

/// <summary>What a traced function returned: its leaves, and the structure of its auxiliary output.</summary>
/// <param name="Leaves">The leaves of the result, and then those of the auxiliary output.</param>
/// <param name="Auxiliary">The taken-apart auxiliary output; null if there is none.</param>
internal readonly record struct FormOutput(Tensor[] Leaves, object? Auxiliary);
