using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>A graph and its derivative, as two graphs that share residuals.</summary>
/// <param name="Primal"><c>x → (y, residuals)</c>.</param>
/// <param name="Plain"><c>(ẋ, residuals) → ẏ</c>, linear in ẋ, for the active inputs and outputs; as the tangent rules say, to be used within other linear
/// graphs.</param>
/// <param name="OutputCount">How many outputs y has.</param>
/// <param name="ResidualCount">How many residuals there are.</param>
/// <param name="ActiveInputs">The inputs that are differentiated in.</param>
/// <param name="ActiveOutputs">The outputs whose tangent is not structurally zero.</param>
internal sealed record LinearizedGraph(
    Graph Primal, Graph Plain, int OutputCount, int ResidualCount, Axes ActiveInputs, ImmutableArray<int> ActiveOutputs)
{
    /// <summary><c>(ẋ, residuals) → ẏ</c>, without what would reach it from branches that were not taken.</summary>
    /// <remarks>A solve refuses an infinite right-hand side, so that none may reach it that nobody needs: the transpose of what keeps its choices has them on
    /// the way out too.</remarks>
    public Graph Tangent => Choices.Refuses(Plain, ResidualCount)
        ? Transposition.Of(Transposition.Plain(Plain, ResidualCount).Graph, ResidualCount).Graph
        : Choices.Kept(Plain, ResidualCount);

    /// <summary><c>(ȳ, residuals) → x̄</c>, the transpose of <see cref="Tangent"/>.</summary>
    public TransposedGraph Transposed => Transposition.Of(Plain, ResidualCount);
}
