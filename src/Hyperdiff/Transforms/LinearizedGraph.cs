using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>A graph and its derivative, as two graphs that share residuals.</summary>
/// <param name="Primal"><c>x → (y, residuals)</c>.</param>
/// <param name="Tangent"><c>(residuals, ẋ) → ẏ</c>, linear in ẋ, for the active inputs and outputs.</param>
/// <param name="OutputCount">How many outputs y has.</param>
/// <param name="ResidualCount">How many residuals there are.</param>
/// <param name="ActiveInputs">The inputs that are differentiated in.</param>
/// <param name="ActiveOutputs">The outputs whose tangent is not structurally zero.</param>
internal sealed record LinearizedGraph(
    Graph Primal, Graph Tangent, int OutputCount, int ResidualCount, Axes ActiveInputs, ImmutableArray<int> ActiveOutputs)
{
    /// <summary><c>(residuals, ȳ) → x̄</c>, the transpose of <see cref="Tangent"/>.</summary>
    public TransposedGraph Transposed => Transposition.Of(Tangent, ResidualCount);
}
