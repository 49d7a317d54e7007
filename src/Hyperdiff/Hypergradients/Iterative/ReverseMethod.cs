using System.Globalization;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Iterative differentiation in reverse: run T steps of the map, keep the iterates, and go back through them.</summary>
/// <remarks>
/// <code>
/// α_T = ∇_wF(w_T);   for t = T−1 … T−k:   ∇ += P_tᵀ α_{t+1},   α_t = J_tᵀ α_{t+1}
/// </code>
/// The derivative of F(w_T(λ), λ), exact for any T whether or not the iteration has converged; with k &lt; T the last k steps only, an approximation whose
/// error is that of the adjoint's fixed-point iteration after k updates. Each step back computes the map again from its iterate, so that memory is k iterates
/// and no intermediate values, or fewer with <see cref="Checkpointing"/>; time is about three evaluations of the map per step, and those that checkpointing
/// runs again. Source: Maclaurin, Duvenaud and Adams (2015), "Gradient-based hyperparameter optimization through reversible learning", arXiv:1502.03492,
/// algorithm 2; Franceschi et al. (2017), "Forward and reverse gradient-based hyperparameter optimization", arXiv:1703.01785, algorithm 1; truncation: Shaban
/// et al. (2019), "Truncated back-propagation for bilevel optimization", arXiv:1810.10667, equation (8).
/// </remarks>
public sealed class ReverseMethod : IterativeMethod
{
    private const string What = "A step of an inner solve";

    private readonly int _steps;
    private readonly int _last;
    private readonly Checkpointing _checkpointing;

    internal ReverseMethod(int steps, int last, Checkpointing checkpointing) => (_steps, _last, _checkpointing) = (steps, last, checkpointing);

    private protected override string Name => nameof(Hypergradient) + ".Reverse";

    private protected override string Settings => _last == 0 ? $"{_steps} steps" : $"the last {_last} of {_steps} steps";

    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options)
    {
        IterativeOutcome outcome = Differentiate(problem, point, options.Watch);
        return _last == _steps ? outcome : outcome with
        {
            InStart = null,
            NoStart = string.Create(CultureInfo.InvariantCulture,
                $"the last {_last} of {_steps} steps were differentiated; leave out truncate to go back to the start"),
        };
    }

    /// <summary>Goes through the steps and back: the result, with α where the way back ended.</summary>
    internal IterativeOutcome Differentiate(BilevelProblem problem, BilevelPoint point, SolveWatch watch)
    {
        var told = new DifferentiatedSteps(problem, point, _steps, watch);
        InnerProblem inner = told.Inner;

        // what is the same in every step is computed once, and its derivative taken once, of the sum of all steps' cotangents
        InnerProblem steps = inner.WithoutInvariants();
        var run = new PooledRun(Subgraph.Outputs(steps.Graph, ..steps.States), steps.Parameters);
        Tensor[] step(Tensor[] state)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            return steps.Retrace is null ? run.Run(What, state) : Step(steps.At(state), state);
        }

        void observe(int t, Tensor[] from, Tensor[] to)
        {
            if (t == 0 || t == _steps - 1 || watch.Progress is not null)
            {
                told.Observe(t, from, to);
            }
        }

        var trajectory = new Trajectory((state, _) => step(state), point.State.Tensors, (_steps, _last), _checkpointing, observe, run.Release);
        BilevelPoint end = point.At(trajectory.End);
        OuterDerivative outer = OuterDerivative.At(problem.OuterFunction, end);

        var backward = new BackwardSteps(inner, steps, point.HyperInputs, outer.StateGradient);
        int gone = 0;
        foreach (Tensor[] iterate in trajectory.Backwards())
        {
            if (watch.Progress is not null)
            {
                watch.Of($"adjoint, back through {_last} steps").Tell(gone, backward.Adjoint.Magnitude(), double.PositiveInfinity);
            }

            watch.Cancellation.ThrowIfCancellationRequested();
            backward.Step(iterate);
            if (gone == 0 || gone == _last - 1)
            {
                told.NoteKinks(iterate);
            }

            gone++;
        }

        (LeafVector alpha, Tensor[] indirect) = (backward.Adjoint, backward.ToHyper());
        HypergradientParts parts = told.End((outer, end), indirect, (trajectory.Evaluations, _last), (_last, Truncated(outer.StateGradient, alpha)));
        return new IterativeOutcome(parts, alpha.Leaves);
    }

    // a function that is not known to be pure has another graph at every state
    private static Tensor[] Step(InnerProblem local, Tensor[] state) => local.Call(Subgraph.Outputs(local.Graph, ..local.States), state);

    private IEnumerable<HypergradientWarning> Truncated(LeafVector adjoint, LeafVector left)
    {
        if (_last < _steps)
        {
            yield return new HypergradientWarning(
                WarningKind.Truncated,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_last} of {_steps} steps were differentiated; of the adjoint, of norm "
                        + $"{adjoint.Magnitude():G3}, {left.Magnitude():G3} was left when the derivative stopped"));
        }
    }
}
