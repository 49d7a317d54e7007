using Hyperdiff.Graphs;
using System.Collections.Immutable;
using System.Globalization;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Hypergradients in the manner of DARTS: one product with the mixed second derivative, and no linear solve.</summary>
/// <remarks>
/// <code>
/// ∇ = h(w_T) − ∂_λ∇_w f(w_e, λ) ṽ,   ṽ = (∂u/∂γ)ᵀ g(w_T)
/// </code>
/// for T steps <c>w⁺ = w − u(γ)</c> along γ = ∇_w f. Systems differ in where the mixed derivative is taken (w_e, <see cref="EvaluationPoint"/>), in what stands
/// for the derivative of the step
/// (<see cref="StepDerivative"/>: its scale), and in how the product is computed (<see cref="MixedProduct"/>); here all three are arguments. With w_e = w_{T−1}
/// and the derivative of the step it is
/// exact for one step, and for several the truncated reverse of the last one; otherwise it is an approximation, and a warning says which. Two gradients by a
/// difference, about two by differentiation,
/// beside the steps; memory of two states. w is a value, and λ no part of it: nothing is perturbed in place, and λ never along with w. Source: Liu, Simonyan
/// and Yang (2019), "DARTS:
/// differentiable architecture search", equations (6) to (8).
/// </remarks>
public sealed class DartsMethod
{
    private readonly int _steps;
    private readonly StepDerivative _step;
    private readonly EvaluationPoint _at;
    private readonly MixedProduct _product;

    internal DartsMethod(int steps, StepDerivative step, EvaluationPoint at, MixedProduct product) =>
        (_steps, _step, _at, _product) = (steps, step, at, product);

    /// <summary>Solves the inner problem from a start and computes the hypergradient there: for a method of no steps, the minimizer takes their
    /// place.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="cancellation">Ends the solve with <see cref="SolveStatus.Cancelled"/>.</param>
    /// <exception cref="InvalidOperationException">The method has steps of its own, differentiates one, or is evaluated before one.</exception>
    public DartsHypergradient<TState, THyper> Compute<TState, THyper>(MinimizationProblem<TState, THyper> problem, TState start, THyper hyper,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(problem);
        Minimizer minimizer = problem.Inner.Minimizer;
        if (_steps > 0 || _step.NeedsStep || _at == EvaluationPoint.BeforeLastStep)
        {
            throw new InvalidOperationException($"Darts: the problem is solved by its own {minimizer.Name}, which has no step to differentiate; "
                + "take steps: 0, StepDerivative.Scaled and EvaluationPoint.Start or End, or a problem of an optimizer's steps: "
                + "Bilevel.Problem(objective.Unroll(optimizer), outer).");
        }

        Objective<TState, THyper> objective = problem.Inner.Objective;
        (FlatTree<TState> first, FlatTree<THyper> flatHyper) = (objective.Function.FlattenState(start), objective.Function.FlattenHyper(hyper));
        flatHyper.RequireActive("A hypergradient");
        InnerSolution inner = minimizer.Solve(InnerProblem.Of(objective.Function, first, flatHyper), first.Tensors, cancellation);
        FlatTree<TState> end = objective.Function.FlattenState(first.Rebuild(inner.State));
        SolveReport report = inner.Report with { Solver = $"inner, {minimizer.Name} of {objective.Name}", Kind = minimizer.Kind };
        Part part = Differentiate<TState, THyper>(problem.Outer, end, (objective, _at == EvaluationPoint.Start ? first : end), null, flatHyper);
        return Result(part, first.Rebuild(inner.State), flatHyper, objective.Function.HyperTree, report, null);
    }

    /// <summary>Runs an optimizer from the parameters w₀, with a fresh memory, and computes the hypergradient at its last iterate.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">w₀.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="cancellation">Throws between steps.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public DartsHypergradient<OptimizerState<TState>, THyper> Compute<TState, THyper>(
        UnrolledProblem<TState, THyper> problem, TState start, THyper hyper, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(problem);
        return Compute(problem, problem.Inner.Start(start, hyper), hyper, cancellation);
    }

    /// <summary>Runs an optimizer on from a state, and computes the hypergradient at its last iterate.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="start">Where the optimizer is: it takes its steps from there, and counts them on.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="cancellation">Throws between steps.</param>
    /// <exception cref="InvalidOperationException">There is no step, and the method differentiates the last one; or the published formula that it takes is not
    /// one for this optimizer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public DartsHypergradient<OptimizerState<TState>, THyper> Compute<TState, THyper>(
        UnrolledProblem<TState, THyper> problem, OptimizerState<TState> start, THyper hyper, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(start);
        if (_steps == 0 && _step.NeedsStep)
        {
            throw new InvalidOperationException($"Darts: {_step.Name} needs a step, and there is none; take steps: 1, or StepDerivative.Scaled.");
        }

        Dynamics<TState, THyper> dynamics = problem.Inner;
        FlatTree<THyper> flatHyper = dynamics.Map.Function.FlattenHyper(hyper);
        flatHyper.RequireActive("A hypergradient");
        (OptimizerState<TState> before, OptimizerState<TState> after, SolveReport report) = Run(dynamics.Map, start, flatHyper, cancellation);
        OptimizerState<TState> at = _at switch
        {
            EvaluationPoint.Start => start,
            EvaluationPoint.BeforeLastStep => before,
            _ => after,
        };

        // the batch is that of the step which began there; at the end, that of the last step
        Objective<TState, THyper> objective = dynamics.ObjectiveAt(_at == EvaluationPoint.Start ? start.Counter : before.Counter);
        LastStep<TState, THyper>? step = _steps == 0 ? null : new LastStep<TState, THyper>(dynamics, before, after, flatHyper);
        Part part = Differentiate(problem.Outer, Flat(after), (objective, Flat(at)), step, flatHyper);
        return Result(part, after, flatHyper, dynamics.Map.Function.HyperTree, report,
            (checkpointing, token) => Hypergradient.Reverse(_steps, checkpointing: checkpointing)
            .Compute(problem, start, hyper, cancellation: token).WithRespectToStart!);

        FlatTree<TState> Flat(OptimizerState<TState> state) => new(state.ParameterTree, state.Parameters, "w");
    }

    private (OptimizerState<TState> Before, OptimizerState<TState> After, SolveReport Report) Run<TState, THyper>(
        FixedPointMap<OptimizerState<TState>, THyper> map, OptimizerState<TState> start, FlatTree<THyper> hyper, CancellationToken cancellation)
    {
        FlatTree<OptimizerState<TState>> first = map.Function.FlattenState(start);
        InnerProblem inner = InnerProblem.Of(map.Function, first, hyper);
        (Tensor[] before, Tensor[] after) = (first.Tensors, first.Tensors);
        (double firstStep, double lastStep) = (0, 0);
        for (int t = 0; t < _steps; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            (before, after) = (after, inner.Call(Subgraph.Outputs(inner.Graph, ..inner.States), after));
            lastStep = (new LeafVector(inner.ActiveOf(after)) - inner.ActiveOf(before)).Norm().ToScalar();
            firstStep = t == 0 ? lastStep : firstStep;
        }

        return (first.Rebuild(before), first.Rebuild(after), TrajectoryReport.Of(map.Name, _steps, firstStep, lastStep, (_steps, 0)));
    }

    private Part Differentiate<TState, THyper>(
        Objective<TState, THyper> outer, FlatTree<TState> end, (Objective<TState, THyper> Objective, FlatTree<TState> State) at, LastStep<TState, THyper>? step,
        FlatTree<THyper> hyper)
    {
        OuterDerivative derivative = OuterDerivative.At(outer, end, hyper);
        (LeafVector adjoint, LeafVector? own) = _step.Apply(step, derivative.StateGradient);
        var mixed = MixedDerivative.At(at.Objective, at.State, hyper);
        (Tensor[] product, MixedProductReport report) = _product.Apply(mixed, adjoint);
        LeafVector indirect = own is { } direct ? direct - product : -new LeafVector(product);
        ImmutableArray<bool> inner = mixed.DependsOn;
        IEnumerable<HypergradientWarning> unused = UnusedHyperparameters.Find(hyper, derivative.DependsOn, own is null ? inner : step!.DependsOn);
        IEnumerable<HypergradientWarning> zero = UnusedHyperparameters.WithoutEffect(
            hyper, [.. derivative.DependsOn.Zip(inner, (o, i) => o || i)], derivative.HyperGradient, indirect.Leaves, other => mixed.Exactly(other),
            adjoint.Leaves);
        return new Part(derivative, indirect.Leaves, report,
            [.. unused, .. zero, .. Approximations(), .. Lost(report, inner), .. derivative.Warnings, .. mixed.Kinks(at.Objective.Name)]);
    }

    private static DartsHypergradient<TState, THyper> Result<TState, THyper>(
        Part part, TState state, FlatTree<THyper> hyper, Tree<THyper> tree, SolveReport report,
        Func<Checkpointing?, CancellationToken, TState>? inStart) => new(
        new HypergradientParts<TState, THyper>(
            part.Outer.Value, state, hyper.RebuildActive(part.Outer.HyperGradient), hyper.RebuildActive(part.Indirect), tree, report, part.Warnings),
            part.Product, inStart);

    private IEnumerable<HypergradientWarning> Approximations()
    {
        bool isDerivative = _step is DifferentiatedStep && (_at == EvaluationPoint.BeforeLastStep || (_at == EvaluationPoint.Start && _steps == 1));
        if (!isDerivative)
        {
            string place = _at switch
            {
                EvaluationPoint.Start => $"at the start, {_steps} steps before the end",
                EvaluationPoint.BeforeLastStep => "before the last step",
                _ => "at the end",
            };
            yield return new HypergradientWarning(
                WarningKind.Approximation,
                $"one product with the mixed derivative, taken "
                    + $"{place}, and {_step.Name} for the derivative of the inner solution in its gradient; no system was solved");
        }
        else if (_steps > 1)
        {
            yield return new HypergradientWarning(WarningKind.Truncated, $"1 of {_steps} steps was differentiated");
        }
    }

    private static IEnumerable<HypergradientWarning> Lost(MixedProductReport report, ImmutableArray<bool> dependsOn)
    {
        if (report.IsLost && dependsOn.Any(depends => depends))
        {
            yield return new HypergradientWarning(
                WarningKind.LostDifference,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the gradients at both displaced states agree to within {report.Error:G2}, the error of their difference: the indirect part, of norm "
                        + $"{report.Norm:G2}, may be missing; ")
                + "take a larger radius, or MixedProduct.Exact");
        }
    }

    private sealed record Part(OuterDerivative Outer, Tensor[] Indirect, MixedProductReport Product, ImmutableArray<HypergradientWarning> Warnings);
}
