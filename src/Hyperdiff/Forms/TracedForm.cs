using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A function of state, hyperparameters and data, traced for certain types.</summary>
/// <param name="Graph">Its inputs are the leaves of the state, of the hyperparameters and of the data, and then the captures.</param>
/// <param name="State">The positions of the differentiable leaves of the state among the inputs.</param>
/// <param name="Hyper">The positions of the differentiable leaves of the hyperparameters among the inputs.</param>
/// <param name="Captures">Constant tensors that the function uses.</param>
/// <param name="Auxiliary">The taken-apart auxiliary output, a <see cref="FlatTree{T}"/>; null if there is none.</param>
/// <param name="IsValueDependent">Whether the function read values, so that the graph holds at these arguments only.</param>
internal sealed record TracedForm(Graph Graph, Axes State, Axes Hyper, Tensor[] Captures, object? Auxiliary, bool IsValueDependent)
{
    /// <summary>Whether the first result is a number that a tensor without elements may go into.</summary>
    public bool MayLackSamples { get; } = Graph.Outputs is [{ Type.Shape.Rank: 0 }, ..] && (Graph.Inputs.Any(input => input.Type.Shape.ElementCount == 0)
        || Graph.Equations.Any(equation => equation.Results.Any(result => result.Type.Shape.ElementCount == 0)));
}
