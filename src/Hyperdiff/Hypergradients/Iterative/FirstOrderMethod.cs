namespace Hyperdiff;

/// <summary>First-order MAML: the gradient at the last iterate in the place of that in the start; every step counts as the identity.</summary>
/// <remarks>
/// <code>
/// α₀ ≈ ∇_wF(w_T, λ),   ∇ ≈ h
/// </code>
/// It leaves out the factors J_t = I − η H_t, and all that λ does in the steps: a warning says so. T evaluations of the map and one gradient of F; memory of one state. Source: Finn, Abbeel and Levine (2017), "Model-agnostic meta-learning for fast adaptation of
/// deep networks", section 5.2; Nichol, Achiam and Schulman (2018), "On first-order meta-learning algorithms".
/// </remarks>
public sealed class FirstOrderMethod : IterativeMethod
{
    private readonly ReverseMethod _steps;

    internal FirstOrderMethod(int steps) => _steps = new ReverseMethod(steps, 0, Checkpointing.None);

    private protected override IterativeHypergradient<TState, THyper> IterateCore<TState, THyper>(
        BilevelProblem<TState, THyper> problem, TState start, THyper hyper, SolveWatch watch)
    {
        IterativeHypergradient<TState, THyper> end = _steps.Compute(problem, start, hyper, watch.Progress, watch.Cancellation);
        IBoundFunction<TState, THyper> function = problem.Map.Function;
        FlatTree<TState> last = function.FlattenState(end.State);
        OuterDerivative outer = OuterDerivative.At(problem.Outer, last, function.FlattenHyper(hyper));
        var parts = new HypergradientParts<TState, THyper>(end.Value, end.State, end.Direct, end.Indirect, function.HyperTree, end.InnerReport, end.Warnings);
        return new IterativeHypergradient<TState, THyper>(parts, last.RebuildActive(outer.StateGradient));
    }
}
