namespace Hyperdiff;

/// <summary>What one evaluation of an objective gives.</summary>
/// <param name="Value">The objective, a scalar.</param>
/// <param name="State">∇_w.</param>
/// <param name="Hyper">∇_λ.</param>
internal readonly record struct OracleGradient(Tensor Value, LeafVector State, LeafVector Hyper);
