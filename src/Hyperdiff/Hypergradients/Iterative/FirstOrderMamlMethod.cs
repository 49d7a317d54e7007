namespace Hyperdiff;

/// <summary>First-order MAML: the gradient at the last iterate instead of that in the start; every step counts as the identity.</summary>
/// <remarks>
/// <code>
/// α₀ ≈ ∇_wF(w_T, λ),   ∇ ≈ h
/// </code>
/// It leaves out the factors J_t = I − η H_t, and all that λ does in the steps: a warning says so. T evaluations of the map and one gradient of F; memory of
/// one state. Source: Finn, Abbeel and Levine (2017), "Model-agnostic meta-learning for fast adaptation of deep networks", arXiv:1703.03400, section 5.2;
/// Nichol, Achiam and Schulman (2018), "On first-order meta-learning algorithms", arXiv:1803.02999.
/// </remarks>
public sealed class FirstOrderMamlMethod : IterativeMethod
{
    private readonly ReverseMethod _steps;

    internal FirstOrderMamlMethod(int steps) => _steps = new ReverseMethod(steps, 0, Checkpointing.None);

    private protected override string Name => nameof(Hypergradient) + ".FirstOrderMaml";

    private protected override string Settings => $"{_steps}";

    // nothing is gone back through: α is where it begins, at ∇_wF
    private protected override HypergradientOutcome ComputeCore(BilevelProblem problem, BilevelPoint point, HypergradientOptions options) =>
        _steps.Differentiate(problem, point, options.Watch);
}
