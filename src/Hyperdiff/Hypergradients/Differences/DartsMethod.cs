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
/// for the derivative of the step (<see cref="StepDerivative"/>: its scale), and in how the product is computed (<see cref="MixedProduct"/>); here all three
/// are arguments. With w_e = w_{T−1} and the derivative of the step it is exact for one step, and for several the truncated reverse of the last one; otherwise
/// it is an approximation, and a warning says which. Two gradients by a difference, about two by differentiation, beside the steps; memory of two states. w is
/// a value, and λ no part of it: nothing is perturbed in place, and λ never along with w. Source: Liu, Simonyan and Yang (2019), "DARTS: differentiable
/// architecture search", arXiv:1806.09055, equations (6) to (8).
/// </remarks>
public sealed partial class DartsMethod : HypergradientMethod
{
    private readonly int _steps;
    private readonly StepDerivative _step;
    private readonly EvaluationPoint _at;
    private readonly MixedProduct _product;

    internal DartsMethod(int steps, StepDerivative step, EvaluationPoint at, MixedProduct product) =>
        (_steps, _step, _at, _product) = (steps, step, at, product);

    private protected override string Name => nameof(Hypergradient) + ".Darts";

    private protected override string Settings => $"{_steps} steps, {_product.Name}, {_step.Name}";

    /// <summary>Takes the steps, or solves the inner problem, from a start and computes the hypergradient there.</summary>
    /// <param name="problem">An optimizer's steps; or a minimum, whose minimizer takes the place of the steps of a method that has none.</param>
    /// <param name="start">The first inner iterate w₀.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="options">Progress, cancellation, which throws between steps and ends a solve; where the steps are an optimizer's, a warm start, from which
    /// it goes on with its memory and its count of steps.</param>
    /// <exception cref="ArgumentException">The problem has no objective, or an option is given that the method does not read.</exception>
    /// <exception cref="InvalidOperationException">The method has steps of its own, differentiates one, or is evaluated before one, and the problem is solved
    /// by a minimizer; or there is no step to differentiate; or the published formula that it takes is not one for this optimizer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public new DartsHypergradient<TState, THyper> Compute<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, HypergradientOptions? options = null) =>
        new(problem, (DartsOutcome)Run(problem, start, hyper, options));

    private protected override OptionsRead Reads(BilevelProblem problem) =>
        OptionsRead.Progress | (problem.ReadsMemory ? OptionsRead.Memory : OptionsRead.None);

    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options) =>
        problem.Steps is { } steps
        ? AfterSteps(problem, steps, point, options.Watch)
        : AtMinimum(problem, point, options.Watch);

    private DartsOutcome AtMinimum(BilevelProblem problem, BilevelPoint start, SolveWatch watch)
    {
        (IBoundFunction objective, InnerSolver minimizer) = (problem.Solved!.Function, problem.Solved.SolverAt(start));
        if (_steps > 0 || _step.NeedsStep || _at == EvaluationPoint.BeforeLastStep)
        {
            throw new InvalidOperationException($"Darts: the problem is solved by its own {minimizer.Name}, which has no step to differentiate; "
                + "take steps: 0, StepDerivative.Scaled and EvaluationPoint.Start or End, or a problem of an optimizer's steps: "
                + "Bilevel.Problem(objective.Unroll(optimizer), outer).");
        }

        string name = $"inner, {minimizer.Name} of {objective.Name}";
        InnerSolution inner = minimizer.Solve(InnerProblem.Of(objective, start), start.State.Tensors, watch.Of(name));
        BilevelPoint end = start.At(inner.State);
        SolveReport report = inner.Report with { Solver = name, Kind = minimizer.Kind };
        return Differentiate((problem.OuterFunction, end), (objective, _at == EvaluationPoint.Start ? start : end), (end, report));
    }

    private DartsOutcome AfterSteps(BilevelProblem problem, UnrolledSteps steps, BilevelPoint start, SolveWatch watch)
    {
        if (_steps == 0 && _step.NeedsStep)
        {
            throw new InvalidOperationException($"Darts: {_step.Name} needs a step, and there is none; take steps: 1, or StepDerivative.Scaled.");
        }

        (BilevelPoint before, BilevelPoint after, LastStep? made, SolveReport report) = TakeSteps(steps, start, watch);
        BilevelPoint at = _at switch
        {
            EvaluationPoint.Start => start,
            EvaluationPoint.BeforeLastStep => before,
            _ => after,
        };

        // the batch is that of the step which began there; at the end, that of the last step
        IBoundFunction objective = steps.ObjectiveAt((_at == EvaluationPoint.Start ? start : before).State);
        LastStep? step = made ?? (_steps == 0 ? null : steps.Step(before.State, after.State, start.Hyper));
        DartsOutcome outcome = Differentiate((steps.OuterAtParameters, Parameters(after)), (objective, Parameters(at)), (after, report), step);
        return outcome with
        {
            Parts = outcome.Parts with { WarmStart = problem.ReadsMemory ? WarmStart.OfOptimizer(after.State) : null },
            InStart = (checkpointing, token) =>
                Hypergradient.Reverse(_steps, checkpointing: checkpointing).Differentiate(problem, start, new SolveWatch(token)).InStart!,
        };

        BilevelPoint Parameters(BilevelPoint state) => new(steps.ParametersOf(state.State), start.Hyper);
    }

    private (BilevelPoint Before, BilevelPoint After, LastStep? Step, SolveReport Report) TakeSteps(UnrolledSteps steps, BilevelPoint start, SolveWatch watch)
    {
        var inner = InnerProblem.Of(steps.Map, start);
        (Tensor[] before, Tensor[] after) = (start.State.Tensors, start.State.Tensors);
        (double firstStep, double lastStep, LastStep? made) = (0, 0, null);
        for (int t = 0; t < _steps; t++)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            before = after;
            if (t == _steps - 1 && _step.NeedsStep)
            {
                (FlatTree next, made) = steps.Take(start.At(before).State, start.Hyper);
                after = next.Tensors;
            }
            else
            {
                after = inner.Call(Subgraph.Outputs(inner.Graph, ..inner.States), before);
            }

            lastStep = (new LeafVector(inner.ActiveOf(after)) - inner.ActiveOf(before)).Magnitude();
            firstStep = t == 0 ? lastStep : firstStep;
            watch.Of(TrajectoryReport.Name(steps.Name, _steps)).Tell(t, lastStep, double.PositiveInfinity);
        }

        return (start.At(before), start.At(after), made, TrajectoryReport.Of((steps.Name, _steps), (firstStep, lastStep), (_steps, 0)));
    }

    private DartsOutcome Differentiate(
        (IBoundFunction Function, BilevelPoint Point) outer, (IBoundFunction Objective, BilevelPoint Point) at, (BilevelPoint Point, SolveReport Report) inner,
        LastStep? step = null)
    {
        BilevelPoint end = inner.Point;
        OuterDerivative derivative = OuterDerivative.At(outer.Function, outer.Point);
        (LeafVector adjoint, LeafVector? own) = _step.Apply(step, derivative.StateGradient);
        var mixed = MixedDerivative.At(at.Objective, at.Point);
        (Tensor[] product, MixedProductReport report) = _product.Apply(mixed, adjoint);
        LeafVector indirect = own is { } direct ? direct - product : -new LeafVector(product);
        ImmutableArray<bool> dependsOn = mixed.DependsOn;
        IEnumerable<HypergradientWarning> unused = UnusedHyperparameters.Find(end.Hyper, derivative.DependsOn, own is null ? dependsOn : step!.DependsOn);
        var parts = new HypergradientParts(derivative.Value, end, derivative.HyperGradient, indirect.Leaves, inner.Report, []);
        IEnumerable<HypergradientWarning> zero = UnusedHyperparameters.WithoutEffect(
            parts, derivative.DependsOnOr(dependsOn), other => mixed.Exactly(other), adjoint.Leaves);
        return new DartsOutcome(
            parts with
            {
                Warnings =
                    [.. unused, .. zero, .. Approximations(), .. Lost(report, dependsOn), .. derivative.Warnings, .. mixed.Kinks(at.Objective.Name)],
            },
            report, null);
    }

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
}
