using System.Collections.Immutable;
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
/// of the adjoint's fixed-point iteration after k updates. Each step back computes the map again from its iterate, so that memory is T iterates and no intermediate
/// values; time is about three evaluations of the map per step. Source: Maclaurin, Duvenaud and Adams (2015), "Gradient-based hyperparameter optimization through
/// reversible learning", algorithm 2; Franceschi et al. (2017), "Forward and reverse gradient-based hyperparameter optimization", algorithm 1; truncation: Shaban et al. (2019),
/// "Truncated back-propagation for bilevel optimization", equation (8).
/// </remarks>
public sealed class ReverseMethod : HypergradientMethod
{
    private readonly int _steps;
    private readonly int _last;

    internal ReverseMethod(int steps, int last) => (_steps, _last) = (steps, last);

    /// <summary>Runs the map from a start and computes the hypergradient of F at the last iterate.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">w₀.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="cancellation">Throws between steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public new IterativeHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        IBoundFunction<TState, THyper> function = problem.Map.Function;
        FlatTree<TState> first = function.FlattenState(start);
        FlatTree<THyper> flatHyper = function.FlattenHyper(hyper);
        InnerProblem inner = InnerProblem.Of(function, first, flatHyper);

        Tensor[][] iterates = Run(inner, first.Tensors, cancellation);
        SolveReport report = Report(inner, iterates, function.Name);
        OuterDerivative outer = OuterDerivative.At(problem.Outer, function.FlattenState(first.Rebuild(iterates[^1])), flatHyper);

        Axes hyperInputs = [.. flatHyper.Active.Select(i => first.Leaves.Length + i)];
        Axes active = [.. inner.Active.Items, .. hyperInputs.Items];
        Tensor[] alpha = outer.StateGradient;
        LeafVector indirect = LeafVector.Zeros(hyperInputs.Items.Select(i => inner.Graph.Inputs[i].Type));
        for (int t = _steps - 1; t >= _steps - _last; t--)
        {
            cancellation.ThrowIfCancellationRequested();
            InnerProblem local = inner.At(iterates[t]);
            Tensor[] back = local.Call(BackwardGraph(local, active), iterates[t], alpha);
            alpha = back[..inner.Active.Count];
            indirect += back[inner.Active.Count..];
        }

        ImmutableArray<bool> innerUses = _last == 0
            ? [.. hyperInputs.Items.Select(_ => false)]
            : Linearization.Of(Subgraph.Outputs(inner.Graph, ..inner.States), active).Transposed.Reached[inner.Active.Count..];
        var parts = new HypergradientParts<TState, THyper>(
            outer.Value,
            first.Rebuild(iterates[^1]),
            flatHyper.RebuildActive(outer.HyperGradient),
            flatHyper.RebuildActive(indirect.Leaves),
            function.HyperTree,
            report,
            [.. UnusedHyperparameters.Find(flatHyper, outer.DependsOn, innerUses), .. TrajectoryWarnings(report, outer.StateGradient, alpha)]);
        return new IterativeHypergradient<TState, THyper>(parts, _last == _steps ? first.RebuildActive(alpha) : default);
    }

    private protected override HypergradientResult<TState, THyper> ComputeCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, CancellationToken cancellation) => Compute(problem, start, hyper, cancellation);

    private Tensor[][] Run(InnerProblem inner, Tensor[] start, CancellationToken cancellation)
    {
        var iterates = new Tensor[_steps + 1][];
        iterates[0] = start;
        for (int t = 0; t < _steps; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            InnerProblem local = inner.At(iterates[t]);
            iterates[t + 1] = local.Call(Subgraph.Outputs(local.Graph, ..local.States), iterates[t]);
        }

        return iterates;
    }

    // No tolerance was asked for: any finite trajectory is the one that was asked for, unless it runs away.
    private SolveReport Report(InnerProblem inner, Tensor[][] iterates, string name)
    {
        double Step(int from) => _steps == 0 ? 0 : (new LeafVector(inner.ActiveOf(iterates[from + 1])) - inner.ActiveOf(iterates[from])).Norm().ToScalar();
        (double first, double last) = (Step(0), Step(Math.Max(0, _steps - 1)));
        SolveStatus status = !double.IsFinite(last) ? double.IsFinite(first) ? SolveStatus.NonFiniteIterate : SolveStatus.NonFiniteInput : SolveStatus.Converged;
        double rate = _steps < 2 ? double.NaN : Math.Pow(last / first, 1.0 / (_steps - 1));
        return new SolveReport($"{_steps} steps of {name}", status, _steps, last, double.PositiveInfinity, _steps, _last, rate);
    }

    private IEnumerable<HypergradientWarning> TrajectoryWarnings(SolveReport report, LeafVector gradient, LeafVector left)
    {
        if (_last < _steps)
        {
            yield return new HypergradientWarning(
                WarningKind.Truncated,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_last} of {_steps} steps were differentiated; of the adjoint, of norm {gradient.Norm().ToScalar():G3}, {left.Norm().ToScalar():G3} was left when the derivative stopped"));
        }

        if (report.Rate > 1)
        {
            yield return new HypergradientWarning(
                WarningKind.DivergingTrajectory,
                string.Create(CultureInfo.InvariantCulture, $"the steps grow by ×{report.Rate:G4} on average: the map is not a contraction here; take a smaller step size"));
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
