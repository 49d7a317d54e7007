using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>The way back through steps w ← Φ(w, λ): the recursion <c>s ← s + P_tᵀ α,  α ← J_tᵀ α</c>, in memory that is used again.</summary>
/// <remarks>
/// With Φ(w, λ) = G(w, λ, m(λ)), where m is what steps share, s has a part for λ and one for m, and <c>Σ P_tᵀ α_{t+1} = s_λ + (∂m/∂λ)ᵀ s_m</c>: the derivative
/// of m is applied to a sum, once.
/// </remarks>
internal sealed class BackwardSteps
{
    private const string What = "A step back through an inner solve";

    private readonly InnerProblem _steps;
    private readonly int _hyper;
    private readonly Axes _active;
    private readonly StepInvariants _invariants;
    private Tensor[] _adjoint;
    private Tensor[] _sums;
    private AlternatingRun? _run;

    /// <summary>Before the first step back.</summary>
    /// <param name="inner">The map Φ(w, λ).</param>
    /// <param name="steps">G: the same without what steps share.</param>
    /// <param name="hyper">The positions of the active leaves of λ among the inputs of Φ.</param>
    /// <param name="adjoint">α_T.</param>
    public BackwardSteps(InnerProblem inner, InnerProblem steps, Axes hyper, Tensor[] adjoint)
    {
        (_steps, _hyper, _adjoint) = (steps, hyper.Count, adjoint);
        _invariants = StepInvariants.Of(inner, hyper);
        _active = [.. inner.Active.Items, .. hyper.Items, .. _invariants.Inputs.Items];
        _sums = LeafVector.Zeros(_active.Items.Skip(adjoint.Length).Select(input => steps.Graph.Inputs[input].Type));
    }

    /// <summary>α at the step gone back through last.</summary>
    public LeafVector Adjoint => _adjoint;

    /// <summary>Goes back through the step from an iterate.</summary>
    public void Step(Tensor[] iterate)
    {
        InnerProblem local = _steps.At(iterate);
        Graph graph = StepGraph(local, _active);

        // a function that is not known to be pure has another graph at every iterate
        if (_run is null || _steps.Retrace is not null)
        {
            _run = new AlternatingRun(graph, local.Parameters);
        }

        Tensor[] next = _run.Run(What, [.. iterate, .. _adjoint, .. _sums]);
        (_adjoint, _sums) = (next[.._adjoint.Length], next[_adjoint.Length..]);
    }

    /// <summary><c>Σ Pᵀ α</c> over the steps gone back through, one per active leaf of λ.</summary>
    public Tensor[] ToHyper() => _invariants.Cotangent(_sums[.._hyper], _sums[_hyper..]);

    /// <summary><c>(w, α, s, θ) → (Jᵀ α, s + Pᵀ α)</c>.</summary>
    private static Graph StepGraph(InnerProblem problem, Axes active)
    {
        Graph map = Subgraph.Outputs(problem.Graph, ..problem.States);
        return map.Derive(new Key(active, problem.Active), graph =>
        {
            int adjoints = problem.Active.Count;
            TensorType[] types = [.. graph.Inputs.Select(input => input.Type)];
            return Simplification.Of(TracedFunction.Of(
                operands =>
                {
                    var next = new OperandReader(operands);
                    (Tensor[] state, Tensor[] adjoint) = (next.Take(problem.States), next.Take(adjoints));
                    (Tensor[] sums, Tensor[] parameters) = (next.Take(active.Count - adjoints), next.Take(types.Length - problem.States));
                    Tensor[] cotangents = LeafVector.Zeros(graph.Outputs.Select(output => output.Type));
                    for (int i = 0; i < adjoints; i++)
                    {
                        cotangents[problem.Active[i]] = adjoint[i];
                    }

                    Tensor[] back = Derivatives.Reverse(graph, active)
                        .Call([.. state, .. parameters, .. cotangents]).Outputs[graph.Outputs.Length..];
                    return [.. back[..adjoints], .. (new LeafVector(sums) + back[adjoints..]).Leaves];
                },
                [
                    .. types[..problem.States], .. problem.ActiveTypes, .. active.Items.Skip(adjoints).Select(input => types[input]),
                    .. types[problem.States..],
                ]).Graph);
        });
    }

    private readonly record struct Key(Axes Active, Axes States) : IDerivation<Graph>;
}
