using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A function of state, hyperparameters and data, traced for certain types.</summary>
/// <param name="Graph">Its inputs are the leaves of the state, of the hyperparameters and of the data, and then the captures.</param>
/// <param name="Captures">Constant tensors that the function uses.</param>
/// <param name="Auxiliary">The taken-apart auxiliary output, a <see cref="FlatTree{T}"/>; null if there is none.</param>
internal sealed record TracedForm(Graph Graph, Tensor[] Captures, object? Auxiliary);
