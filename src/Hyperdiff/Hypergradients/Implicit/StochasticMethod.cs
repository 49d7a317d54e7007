using System.Globalization;

namespace Hyperdiff;

/// <summary>Implicit differentiation of a minimum, with the adjoint iterated by an optimizer on minibatches.</summary>
/// <remarks>
/// <code>
/// g, h = averages of ∇_wF, ∇_λF over minibatches;   v ← Opt(v; H_ξ v − g), K times;   ∇ℓ ≈ h − average of B_ξᵀ v over minibatches
/// </code>
/// Every ξ is a minibatch of its own, a subset of the samples drawn without repetition from the key of the options: the same key gives the same numbers.
/// Objectives are means over their <c>[Batch]</c> parameters, so that H_ξ v − g is unbiased for H v − g, and the last average, at a given v, for Bᵀv. With a
/// constant rate v ends in a neighborhood of the solution whose size is proportional to the rate; with a rate that falls as 1/t
/// (<see cref="Schedule.InverseTime"/>) its mean squared error does too. Without <c>batchSize</c> it is a deterministic iteration on all data. With
/// <c>mapRate</c> η the system is that of the gradient-descent map, <c>(I − J_ξᵀ) v − g</c> and P_ξᵀ v. Each step costs one evaluation of the gradient and one
/// product, on a minibatch; J more of both at the end, and one on all data, which gives the residual. The inner problem is solved by the minimizer that it
/// brings, on all data. Source: Grazzi et al. (2021), "Convergence properties of stochastic hypergradients", arXiv:2011.07122, algorithm 1. Differs from the
/// source in that any optimizer takes the steps, and that g and h are averages as well.
/// </remarks>
public sealed partial class StochasticMethod : HypergradientMethod
{
    private const string Operation = "Hypergradient.Stochastic";

    private static readonly Tree<Tensor[]> s_leaves = Tree.Array(Tree.Tensor);

    private readonly Optimizer _optimizer;
    private readonly int _iterations;
    private readonly (int Count, int? Size) _inner;
    private readonly (int Count, int? Size) _outer;
    private readonly double? _mapRate;
    private readonly AdjointStart _from;

    internal StochasticMethod(
        (Optimizer Optimizer, int Iterations, AdjointStart From) adjoint, (int Count, int? Size) inner, (int Count, int? Size) outer, double? mapRate)
    {
        (_optimizer, _iterations, _from) = adjoint;
        (_inner, _outer, _mapRate) = (inner, outer, mapRate);
    }

    private protected override string Name => Operation;

    private protected override string Settings => $"{_iterations} steps of {_optimizer.Rule} for the adjoint";

    private string AdjointName => $"adjoint, Optimizer.{_optimizer.Rule} on {(_inner.Size is { } size ? $"minibatches of {size}" : "all samples")}";

    private bool Draws => _inner.Size is not null || _outer.Size is not null;

    /// <summary>Solves the inner problem from a start and estimates the hypergradient there.</summary>
    /// <param name="problem">A minimum; objectives that minibatches are drawn of have <c>[Batch]</c> parameters.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="options">The key that minibatches are drawn from; a warm start, instead of what the method says; progress, of both solves, those of the
    /// adjoint on minibatches; cancellation.</param>
    /// <returns>
    /// An estimate. The adjoint's status is Converged when the updates that were asked for were done, with an infinite tolerance, and Diverged if they left
    /// more than ‖g‖: then v = 0 would have been better.
    /// </returns>
    /// <exception cref="InvalidOperationException">Minibatches are to be drawn of an objective without <c>[Batch]</c> parameters, or are larger than its
    /// data.</exception>
    /// <exception cref="ArgumentException">The problem is not a minimization, or an option is missing or not read.</exception>
    public new StochasticHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        new(problem, (StochasticOutcome)Run(problem, start, hyper, options));

    private protected override OptionsRead Reads(BilevelProblem problem) => OptionsRead.Key | OptionsRead.Adjoint | OptionsRead.Progress;

    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options)
    {
        (IBoundFunction objective, IBoundFunction outer, InnerSolver minimizer) = (
            problem.Solved!.Function, problem.OuterFunction, problem.Solved.SolverAt(point));
        RequireSamples(objective, _inner.Size, "leave out batchSize");
        RequireSamples(outer, _outer.Size, "pass outerBatches: 0");
        RandomKey[] keys = options.Key!.Split(3);

        SolveWatch watch = options.Watch.Of($"inner, {minimizer.Name} of {objective.Name}");
        InnerSolution solved = minimizer.Solve(InnerProblem.Of(objective, point), point.State.Tensors, watch);
        SolveReport innerReport = solved.Report with { Solver = watch.Solve, Kind = minimizer.Kind };
        BilevelPoint at = point.At(solved.State);
        var conditions = new SampledConditions(this, objective, minimizer, at);

        OuterDerivative[] outers = [.. Enumerable.Range(0, _outer.Size is null ? 1 : _outer.Count)
            .Select(j => OuterDerivative.At(Drawn(outer, _outer.Size, keys[0].Fold(j)), at))];
        LeafVector g = SampleMean.Of([.. outers.Select(drawn => drawn.StateGradient)]).Mean;
        SampleMean h = SampleMean.Of([.. outers.Select(drawn => drawn.HyperGradient)]);

        Tensor[] start = options.WarmStart?.AdjointLike(at.State)
            ?? (_from == AdjointStart.OuterGradient ? g.Leaves : LeafVector.Zeros(g.Leaves.Select(leaf => leaf.Type)));
        (Tensor[] v, SolveReport adjointReport) = SolveAdjoint(start, g, (conditions, keys[1]), watch.Of(AdjointName));
        SampleMean indirect = SampleMean.Of(
            [.. Enumerable.Range(0, _inner.Size is null ? 1 : _inner.Count).Select(j => conditions.At(keys[2].Fold(j)).ToHyper(v))]);

        double standardError = double.Hypot(_inner.Size is null ? 0 : indirect.Error, _outer.Size is null ? 0 : h.Error);
        IEnumerable<HypergradientWarning> warnings = ImplicitWarnings.Of(
            at.Hyper, outers[0].DependsOn, conditions.OnAll.DependsOn, (innerReport, adjointReport));
        var parts = new HypergradientParts(
            outers.Average(drawn => drawn.Value), at, h.Mean.Leaves, indirect.Mean.Leaves, innerReport,
            [.. warnings, .. outers[0].Warnings, .. KinkWarnings.Of(objective.Name, minimizer, conditions.Problem, at), .. Sampled(standardError)])
        {
            WarmStart = WarmStart.OfAdjoint(at.State, v),
        };
        return new StochasticOutcome(parts, v, adjointReport, standardError);
    }

    /// <summary>The optimizer's steps along A_ξ v − g, and how far they came on all samples.</summary>
    private (Tensor[] V, SolveReport Report) SolveAdjoint(
        Tensor[] start, LeafVector g, (SampledConditions Conditions, RandomKey Key) samples, SolveWatch watch)
    {
        OptimizerState<Tensor[]> state = _optimizer.Start(start, s_leaves);
        SolveStatus? ended = double.IsFinite(g.Magnitude()) ? null : SolveStatus.NonFiniteInput;
        int steps = 0;
        for (; steps < _iterations && ended is null; steps++)
        {
            LeafVector residual = new LeafVector(samples.Conditions.At(samples.Key.Fold(steps)).Adjoint.Apply(state.Parameters)) - g;
            state = state.Next(residual.Leaves);
            double norm = residual.Magnitude();
            watch.Tell(steps, norm, double.PositiveInfinity);
            ended = !double.IsFinite(norm) ? SolveStatus.NonFiniteIterate : watch.Cancellation.IsCancellationRequested ? SolveStatus.Cancelled : null;
        }

        Tensor[] v = state.Parameters;
        double left = (new LeafVector(samples.Conditions.OnAll.Adjoint.Apply(v)) - g).Magnitude();
        SolveStatus status = ended
            ?? (!double.IsFinite(left) ? SolveStatus.NonFiniteIterate : left > g.Magnitude() ? SolveStatus.Diverged : SolveStatus.Converged);
        var report = new SolveReport(AdjointName, status, steps, left, double.PositiveInfinity, 0, steps + 1, double.NaN);
        return (v, report with { Kind = SolverKind.StochasticAdjoint });
    }

    private IEnumerable<HypergradientWarning> Sampled(double standardError)
    {
        if (Draws)
        {
            string error = double.IsNaN(standardError)
                ? "of unknown standard error, as there is only one minibatch"
                : string.Create(CultureInfo.InvariantCulture, $"with a standard error of {standardError:G3} at the adjoint that was reached");
            yield return new HypergradientWarning(WarningKind.Sampled, $"the gradient is an estimate from minibatches, {error}");
        }
    }

    private static IBoundFunction Drawn(IBoundFunction function, int? size, RandomKey key) =>
        size is { } some ? function.AtSamples(Minibatch.Draw(key, function.Samples!.Value, some)) : function;

    private static void RequireSamples(IBoundFunction function, int? size, string remedy)
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

    /// <summary>The derivatives of the inner condition at the solution, on minibatches and on all samples.</summary>
    private sealed class SampledConditions(StochasticMethod method, IBoundFunction objective, InnerSolver minimizer, BilevelPoint at)
    {
        private ConditionDerivative? _onAll;

        /// <summary>The inner problem on all samples.</summary>
        public InnerProblem Problem { get; } = InnerProblem.Of(objective, at);

        /// <summary>On all samples.</summary>
        public ConditionDerivative OnAll => _onAll ??= Of(objective);

        /// <summary>On the minibatch of a key; on all samples where nothing is drawn.</summary>
        public ConditionDerivative At(RandomKey key) => method._inner.Size is { } size ? Of(Drawn(objective, size, key)) : OnAll;

        private ConditionDerivative Of(IBoundFunction f)
        {
            (InnerSolver solver, InnerProblem problem) = method._mapRate is { } rate
                ? (FixedPoint.Iteration(), InnerProblem.Of(new GradientStep(f, rate), at))
                : (minimizer, ReferenceEquals(f, objective) ? Problem : InnerProblem.Of(f, at));
            return ConditionDerivative.At(solver, problem, at);
        }
    }
}
