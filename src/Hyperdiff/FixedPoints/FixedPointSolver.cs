using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>A method for <c>w = Φ(w, λ)</c>.</summary>
public abstract record FixedPointSolver : InnerSolver
{
    private protected FixedPointSolver()
    {
    }

    /// <summary>R = w − Φ(w, θ), so that ∂R/∂w = I − J.</summary>
    internal sealed override Graph Condition(InnerProblem problem) => problem.Graph.Derive((typeof(FixedPointSolver), problem.States, problem.Active), (graph, _) =>
        Simplification.Of(TracedFunction.Of(
            operands =>
            {
                Tensor[] next = graph.Call(operands).Outputs;
                return [.. problem.Active.Items.Select(i => operands[i] - next[i])];
            },
            [.. graph.Inputs.Select(input => input.Type)]).Graph));

    /// <summary>The maps side by side.</summary>
    internal sealed override Graph Together(BatchedGraph batch) => batch.Repeated;
}
