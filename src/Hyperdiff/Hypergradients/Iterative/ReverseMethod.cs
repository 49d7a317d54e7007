using System.Globalization;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Iterative differentiation in reverse: run T steps of the map, keep the iterates, and go back through them.</summary>
/// <remarks>
/// <code>
/// α_T = ∇_wF(w_T);   for t = T−1 … T−k:   ∇ += P_tᵀ α_{t+1},   α_t = J_tᵀ α_{t+1}
/// </code>
/// The derivative of F(w_T(λ), λ), exact for any T whether or not the iteration has converged; with k &lt; T the last k steps only, an approximation whose error is that
/// of the adjoint's fixed-point iteration after k updates. Each step back computes the map again from its iterate, so that memory is k iterates and no intermediate
/// values, or fewer with <see cref="Checkpointing"/>; time is about three evaluations of the map per step, and those that checkpointing runs again. Source: Maclaurin, Duvenaud and Adams (2015), "Gradient-based hyperparameter optimization through
/// reversible learning", algorithm 2; Franceschi et al. (2017), "Forward and reverse gradient-based hyperparameter optimization", algorithm 1; truncation: Shaban et al. (2019),
/// "Truncated back-propagation for bilevel optimization", equation (8).
/// </remarks>
public sealed class ReverseMethod : IterativeMethod
{
    private readonly int _steps;
    private readonly int _last;
    private readonly Checkpointing _checkpointing;

    internal ReverseMethod(int steps, int last, Checkpointing checkpointing) => (_steps, _last, _checkpointing) = (steps, last, checkpointing);

    private protected override IterativeHypergradient<TState, THyper> IterateCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, SolveWatch watch)
    {
        IBoundFunction<TState, THyper> function = problem.Map.Function;
        FlatTree<TState> first = function.FlattenState(start);
        FlatTree<THyper> flatHyper = function.FlattenHyper(hyper);
        InnerProblem inner = InnerProblem.Of(function, first, flatHyper);

        (double firstStep, double lastStep) = (0, 0);
        var trajectory = Trajectory.Of((state, _) => Step(inner, state, watch.Cancellation), first.Tensors, (_steps, _last), _checkpointing, (t, from, to) =>
        {
            if (t > 0 && t < _steps - 1 && watch.Progress is null)
            {
                return;
            }

            lastStep = Distance(inner, to, from);
            firstStep = t == 0 ? lastStep : firstStep;
            watch.Of(TrajectoryReport.Name(function.Name, _steps)).Tell(t, lastStep, double.PositiveInfinity);
        });
        OuterDerivative outer = OuterDerivative.At(problem.Outer, function.FlattenState(first.Rebuild(trajectory.End)), flatHyper);

        Axes hyperInputs = [.. flatHyper.Active.Select(i => first.Leaves.Length + i)];
        Axes active = [.. inner.Active.Items, .. hyperInputs.Items];
        Tensor[] alpha = outer.StateGradient;
        LeafVector indirect = LeafVector.Zeros(hyperInputs.Items.Select(i => inner.Graph.Inputs[i].Type));
        int gone = 0;
        foreach (Tensor[] iterate in trajectory.Backwards())
        {
            if (watch.Progress is not null)
            {
                watch.Of($"adjoint, back through {_last} steps").Tell(gone++, new LeafVector(alpha).Norm().ToScalar(), double.PositiveInfinity);
            }

            watch.Cancellation.ThrowIfCancellationRequested();
            InnerProblem local = inner.At(iterate);
            Tensor[] back = local.Call(BackwardGraph(local, active), iterate, alpha);
            alpha = back[..inner.Active.Count];
            indirect += back[inner.Active.Count..];
        }

        SolveReport report = TrajectoryReport.Of(function.Name, _steps, firstStep, lastStep, (trajectory.Evaluations, _last));
        var parts = new HypergradientParts<TState, THyper>(
            outer.Value,
            first.Rebuild(trajectory.End),
            flatHyper.RebuildActive(outer.HyperGradient),
            flatHyper.RebuildActive(indirect.Leaves),
            function.HyperTree,
            report,
            [.. UnusedHyperparameters.Find(flatHyper, outer.DependsOn, UnusedHyperparameters.UsedBySteps(inner, hyperInputs, _last)), .. TrajectoryWarnings(report, problem.IsStationary, (outer.StateGradient, alpha))]);
        return new IterativeHypergradient<TState, THyper>(parts, _last == _steps ? first.RebuildActive(alpha) : default);
    }

    private static Tensor[] Step(InnerProblem inner, Tensor[] state, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        InnerProblem local = inner.At(state);
        return local.Call(Subgraph.Outputs(local.Graph, ..local.States), state);
    }

    private static double Distance(InnerProblem inner, Tensor[] left, Tensor[] right) => (new LeafVector(inner.ActiveOf(left)) - inner.ActiveOf(right)).Norm().ToScalar();

    private IEnumerable<HypergradientWarning> TrajectoryWarnings(SolveReport report, bool isStationary, (LeafVector First, LeafVector Left) adjoint)
    {
        if (_last < _steps)
        {
            yield return new HypergradientWarning(
                WarningKind.Truncated,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_last} of {_steps} steps were differentiated; of the adjoint, of norm {adjoint.First.Norm().ToScalar():G3}, {adjoint.Left.Norm().ToScalar():G3} was left when the derivative stopped"));
        }

        foreach (HypergradientWarning warning in TrajectoryReport.Warnings(report, isStationary))
        {
            yield return warning;
        }
    }

    /// <summary><c>(w, θ, α) → (Jᵀ α, Pᵀ α)</c>.</summary>
    private static Graph BackwardGraph(InnerProblem problem, Axes active)
    {
        Graph map = Subgraph.Outputs(problem.Graph, ..problem.States);
        return map.Derive((typeof(ReverseMethod), active, problem.Active), (graph, _) =>
        {
            int inputs = graph.Inputs.Length;
            return Simplification.Of(TracedFunction.Of(
                operands =>
                {
                    Tensor[] cotangents = [.. graph.Outputs.Select(output => Tensor.Zeros(output.Type.Shape, output.Type.DType))];
                    for (int i = 0; i < problem.Active.Count; i++)
                    {
                        cotangents[problem.Active[i]] = operands[inputs + i];
                    }

                    return Derivatives.Reverse(graph, active).Call([.. operands[..inputs], .. cotangents]).Outputs[graph.Outputs.Length..];
                },
                [.. graph.Inputs.Select(input => input.Type), .. problem.ActiveTypes]).Graph);
        });
    }
}
