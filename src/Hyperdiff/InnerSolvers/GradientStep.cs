using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The gradient-descent step of an objective as a function of its own: <c>w − η ∇_w f(w, λ)</c>. The step size is an operand, so that changing it
/// compiles nothing.</summary>
internal class GradientStep(IBoundFunction objective, double rate) : IBoundFunction
{
    protected double Rate { get; } = rate;

    public string Name => $"gradient step of {objective.Name}";

    public int Traces => objective.Traces;

    public bool IsPure => objective.IsPure;

    public Ranks? Ranks => objective.Ranks;

    public int? Samples => objective.Samples;

    public IBoundFunction AtSamples(Tensor samples) => new GradientStep(objective.AtSamples(samples), Rate);

    public BoundGraph Bind(FlatTree state, FlatTree hyper, bool readable = true)
    {
        state.RequireActive($"A {Name}");
        BoundGraph bound = objective.Bind(state, hyper, readable);
        int states = state.Leaves.Length;
        Graph step = bound.Graph.Derive(new Key(states, bound.State), graph => Step(graph, states, bound.State));
        return bound with { Graph = step, Fixed = [.. bound.Fixed, Tensor.From([Rate], Shape.Scalar)], Auxiliary = null };
    }

    private static Graph Step(Graph graph, int states, Axes active) => Simplification.Of(TracedFunction.Of(
        operands =>
        {
            Tensor[] gradient = Derivatives.Gradient(graph, active).Call(operands.AsSpan(..^1)).Outputs[graph.Outputs.Length..];
            Tensor[] next = operands[..states];
            for (int i = 0; i < active.Count; i++)
            {
                Tensor leaf = operands[active[i]];
                next[active[i]] = leaf - (operands[^1].To(leaf.DType) * gradient[i]);
            }

            return next;
        },
        [.. graph.Inputs.Select(input => input.Type), new TensorType(DType.Float64, Shape.Scalar)]).Graph);

    private readonly record struct Key(int States, Axes Active) : IDerivation<Graph>;
}
