using Hyperdiff.Graphs;
using System.Globalization;

namespace Hyperdiff;

/// <summary>Implicit differentiation of a minimum, with the adjoint iterated by an optimizer on minibatches.</summary>
/// <remarks>
/// <code>
/// g, h = averages of ∇_wF, ∇_λF over minibatches;   v ← Opt(v; H_ξ v − g), K times;   ∇ℓ ≈ h − average of B_ξᵀ v over minibatches
/// </code>
/// Every ξ is a minibatch of its own, a subset of the samples drawn without repetition from <c>key.Fold(t)</c>: the same key gives the same numbers. Objectives
/// are means over their <c>[Batch]</c>
/// parameters, so that H_ξ v − g is unbiased for H v − g, and the last average, at a given v, for Bᵀv. With a constant rate v ends in a neighborhood of the
/// solution whose size is proportional to
/// the rate; with a rate that falls as 1/t (<see cref="Schedule.InverseTime"/>) its mean squared error does too. Without <c>batchSize</c> it is a deterministic
/// iteration on all data.
/// With <c>mapRate</c> η the system is that of the gradient-descent map, <c>(I − J_ξᵀ) v − g</c> and P_ξᵀ v. Each step costs one evaluation of the gradient and
/// one product, on a minibatch; J more of both at the end,
/// and one on all data, which gives the residual. The inner problem is solved by the minimizer that it brings, on all data.
/// Source: Grazzi et al. (2021), "Convergence properties of stochastic hypergradients", algorithm 1. Differs from the source in that any optimizer takes the
/// steps, and that g and h are averages as well.
/// </remarks>
public sealed class StochasticMethod
{
    private const string Operation = "Hypergradient.Stochastic";

    private static readonly Tree<Tensor[]> s_leaves = Tree.Array(Tree.Tensor);

    private readonly Optimizer _optimizer;
    private readonly int _iterations;
    private readonly (int Count, int? Size) _inner;
    private readonly (int Count, int? Size) _outer;
    private readonly double? _mapRate;
    private readonly AdjointStart _from;

    internal StochasticMethod(Optimizer optimizer, int iterations, (int Count, int? Size) inner, (int Count, int? Size) outer, double? mapRate,
        AdjointStart from) =>
        (_optimizer, _iterations, _inner, _outer, _mapRate, _from) = (optimizer, iterations, inner, outer, mapRate, from);

    private string Name => $"adjoint, {_optimizer.GetType().Name} on {(_inner.Size is { } size ? $"minibatches of {size}" : "all samples")}";

    /// <summary>Solves the inner problem from a start and estimates the hypergradient there.</summary>
    /// <param name="problem">The problem; objectives that minibatches are drawn of have <c>[Batch]</c> parameters.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What minibatches are drawn from; one key.</param>
    /// <param name="warm">The first iterate of the adjoint, that of an earlier result; as the method says if absent.</param>
    /// <param name="progress">Told of every residual of both solves, with their names, on the calling thread; those of the adjoint are on minibatches. What it
    /// throws ends the solve.</param>
    /// <param name="cancellation">Ends the solves with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <returns>
    /// An estimate. The adjoint's status is Converged when the updates that were asked for were done, with an infinite tolerance, and Diverged if they left
    /// more than ‖g‖: then v = 0 would have been better.
    /// </returns>
    /// <exception cref="InvalidOperationException">Minibatches are to be drawn of an objective without <c>[Batch]</c> parameters, or are larger than its
    /// data.</exception>
    /// <exception cref="ArgumentException">The key is several.</exception>
    public StochasticHypergradient<TState, THyper> Compute<TState, THyper>(
        MinimizationProblem<TState, THyper> problem,
        TState start,
        THyper hyper,
        RandomKey key,
        TState? warm = default,
        IProgress<SolveProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(key);
        (IBoundFunction<TState, THyper> objective, IBoundFunction<TState, THyper> outer, Minimizer minimizer) = (problem.Inner.Objective.Function,
            problem.Outer.Function, problem.Inner.Minimizer);
        RequireSamples(objective, _inner.Size, "leave out batchSize");
        RequireSamples(outer, _outer.Size, "pass outerBatches: 0");
        RandomKey[] keys = key.Shape.Rank == 0
            ? key.Split(3) : throw new ArgumentException($"{Operation}: the key is {key.Shape} keys; pass one of them.", nameof(key));

        FlatTree<TState> first = objective.FlattenState(start);
        FlatTree<THyper> flatHyper = objective.FlattenHyper(hyper);
        flatHyper.RequireActive("A hypergradient");
        var watch = new SolveWatch(cancellation, progress, $"inner, {minimizer.Name} of {objective.Name}");
        InnerSolution solved = minimizer.Solve(InnerProblem.Of(objective, first, flatHyper), first.Tensors, watch);
        SolveReport innerReport = solved.Report with { Solver = watch.Solve, Kind = minimizer.Kind };
        FlatTree<TState> state = objective.FlattenState(first.Rebuild(solved.State));
        var there = InnerProblem.Of(objective, state, flatHyper);

        OuterDerivative[] outers = [.. Enumerable.Range(0, _outer.Size is null ? 1 : _outer.Count)
            .Select(j => OuterDerivative.At(Drawn(outer, _outer.Size, keys[0], j), state, flatHyper))];
        LeafVector g = SampleMean.Of([.. outers.Select(at => at.StateGradient)]).Mean;
        SampleMean h = SampleMean.Of([.. outers.Select(at => at.HyperGradient)]);

        Tensor[] v = WarmStart.Of(first, objective, warm)
            ?? (_from == AdjointStart.OuterGradient ? g.Leaves : LeafVector.Zeros(g.Leaves.Select(leaf => leaf.Type)));
        ConditionDerivative? whole = _inner.Size is null ? Condition(objective) : null;
        (v, SolveStatus? ended, int steps) = Iterate(v, g, t => (whole ?? Condition(Drawn(objective, _inner.Size, keys[1], t))).Adjoint, watch.Of(Name));
        SampleMean indirect = SampleMean.Of(
            [.. Enumerable.Range(0, whole is null ? _inner.Count : 1).Select(j => (whole ?? Condition(Drawn(objective, _inner.Size, keys[2], j))).ToHyper(v))]);

        whole ??= Condition(objective);
        SolveReport adjointReport = Report(ended, steps, g, (new LeafVector(whole.Adjoint.Apply(v)) - g).Norm().ToScalar());
        IEnumerable<HypergradientWarning> kinks = KinkWarnings.Of(
            objective.Name, minimizer, there, state.Tensors, [.. flatHyper.Active.Select(i => state.Leaves.Length + i)]);
        double standardError = double.Hypot(_inner.Size is null ? 0 : indirect.Error, _outer.Size is null ? 0 : h.Error);
        var parts = new HypergradientParts<TState, THyper>(
            outers.Average(at => at.Value),
            first.Rebuild(solved.State),
            flatHyper.RebuildActive(h.Mean.Leaves),
            flatHyper.RebuildActive(indirect.Mean.Leaves),
            objective.HyperTree,
            innerReport,
            [.. ImplicitWarnings.Of(flatHyper, outers[0].DependsOn, whole.DependsOn, innerReport, adjointReport), .. outers[0].Warnings, .. kinks,
                .. Sampled(standardError)]);
        return new StochasticHypergradient<TState, THyper>(parts, state.RebuildActive(v), adjointReport, standardError);

        ConditionDerivative Condition(IBoundFunction<TState, THyper> f)
        {
            (InnerSolver gives, InnerProblem problemOf) = _mapRate is { } rate
                ? (FixedPoint.Iterate(), InnerProblem.Of(new GradientStep<TState, THyper>(f, rate), state, flatHyper))
                : ((InnerSolver)minimizer, ReferenceEquals(f, objective) ? there : InnerProblem.Of(f, state, flatHyper));
            return ConditionDerivative.At(gives, problemOf, state.Tensors, [.. flatHyper.Active.Select(i => state.Leaves.Length + i)]);
        }
    }

    /// <summary>The optimizer's steps along A_ξ v − g.</summary>
    private (Tensor[] V, SolveStatus? Ended, int Steps) Iterate(Tensor[] start, LeafVector g, Func<int, LinearOperator> system, SolveWatch watch)
    {
        OptimizerState<Tensor[]> state = _optimizer.Start(start, s_leaves);
        SolveStatus? ended = double.IsFinite(g.Norm().ToScalar()) ? null : SolveStatus.NonFiniteInput;
        int t = 0;
        for (; t < _iterations && ended is null; t++)
        {
            LeafVector residual = new LeafVector(system(t).Apply(state.Parameters)) - g;
            state = state.Next(residual.Leaves);
            double norm = residual.Norm().ToScalar();
            watch.Tell(t, norm, double.PositiveInfinity);
            ended = !double.IsFinite(norm) ? SolveStatus.NonFiniteIterate : watch.Cancellation.IsCancellationRequested ? SolveStatus.Cancelled : null;
        }

        return (state.Parameters, ended, t);
    }

    private SolveReport Report(SolveStatus? ended, int steps, LeafVector g, double residual)
    {
        SolveStatus status = ended ?? (!double.IsFinite(residual)
            ? SolveStatus.NonFiniteIterate : residual > g.Norm().ToScalar() ? SolveStatus.Diverged : SolveStatus.Converged);
        return new SolveReport(Name, status, steps, residual, double.PositiveInfinity, 0, steps + 1, double.NaN) { Kind = SolverKind.StochasticAdjoint };
    }

    private IEnumerable<HypergradientWarning> Sampled(double standardError)
    {
        if (_inner.Size is not null || _outer.Size is not null)
        {
            string error = double.IsNaN(standardError)
                ? "of unknown standard error, as there is only one minibatch"
                : string.Create(CultureInfo.InvariantCulture, $"with a standard error of {standardError:G3} at the adjoint that was reached");
            yield return new HypergradientWarning(WarningKind.Sampled, $"the gradient is an estimate from minibatches, {error}");
        }
    }

    private static IBoundFunction<TState, THyper> Drawn<TState, THyper>(IBoundFunction<TState, THyper> function, int? size, RandomKey key, int number) =>
        size is { } some ? function.AtSamples(Minibatch.Draw(key.Fold(number), function.Samples!.Value, some)) : function;

    private static void RequireSamples<TState, THyper>(IBoundFunction<TState, THyper> function, int? size, string remedy)
    {
        if (size is not { } some)
        {
            return;
        }

        int samples = function.Samples ?? throw new InvalidOperationException(
            $"{Operation}: {function.Name} has no [Batch] parameters to draw minibatches from; mark those whose first axis counts samples, or "
                + $"{remedy} to use all data.");
        if (some > samples)
        {
            throw new InvalidOperationException(
                $"{Operation}: a minibatch of {some} samples is larger than the data of {function.Name}, which has {samples}; take a smaller one, or "
                    + $"{remedy} to use all data.");
        }
    }
}
