namespace Hyperdiff;

/// <summary>The methods for hypergradients.</summary>
public static class Hypergradient
{
    /// <summary>Implicit differentiation. See <see cref="ImplicitMethod"/>.</summary>
    /// <param name="adjoint">Solves the adjoint system. If absent, as the inner problem is solved: the fixed-point iteration for
    /// <see cref="FixedPoint.Iteration"/>, conjugate gradients for minima, and <see cref="LinearSolver.Auto"/> for roots and for iterations that need no
    /// contraction (<see cref="FixedPoint.Damped"/>, <see cref="FixedPoint.Anderson"/>, <see cref="FixedPoint.Broyden"/>).</param>
    public static ImplicitMethod Implicit(LinearSolver? adjoint = null) => new(adjoint);

    /// <summary>Reverse through the stored iterates. See <see cref="ReverseMethod"/>.</summary>
    /// <param name="steps">T, the number of steps of the map.</param>
    /// <param name="truncate">k, the number of last steps that are differentiated; all of them if absent.</param>
    /// <param name="checkpointing">Which iterates are kept, and which are computed again: <see cref="Checkpointing.Every"/>,
    /// <see cref="Checkpointing.Budget"/>; all are kept if absent.</param>
    public static ReverseMethod Reverse(int steps, int? truncate = null, Checkpointing? checkpointing = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (truncate is { } last)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(last, nameof(truncate));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(last, steps, nameof(truncate));
        }

        return new ReverseMethod(steps, truncate ?? steps, checkpointing ?? Checkpointing.None);
    }

    /// <summary>The Jacobian of the iterate, computed along with it. See <see cref="ForwardMethod"/>.</summary>
    /// <param name="steps">T, the number of steps of the map.</param>
    public static ForwardMethod Forward(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new ForwardMethod(steps);
    }

    /// <summary>The phantom gradient: implicit differentiation with k terms of the damped Neumann series instead of the solve. See
    /// <see cref="LinearSolver.Neumann"/>.</summary>
    /// <remarks>
    /// <c>∇ = h + Pᵀ v</c> with <c>v = τ Σ_{j&lt;k} (τ Jᵀ + (1 − τ) I)ʲ g</c>, an approximation that needs no convergence of the adjoint; a warning says what
    /// it left out. For a minimum the series is that of H: <c>v = τ Σ_{j&lt;k} (I − τ H)ʲ g</c>. Source: Geng et al. (2021), "On training implicit models",
    /// arXiv:2111.05177, equation (11).
    /// </remarks>
    /// <param name="terms">k, the number of terms of the series; at least 1.</param>
    /// <param name="damping">τ, above 0; 1 for the Neumann series itself.</param>
    public static ImplicitMethod Phantom(int terms, double damping = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(terms);
        _ = Allowed.Positive(damping);
        return new ImplicitMethod(new TruncatedSeriesSolver(terms, damping));
    }

    /// <summary>The one-step gradient, <c>∇ = h + Pᵀ g</c>: the derivative through the last step at the fixed point, the phantom gradient of one undamped
    /// term.</summary>
    /// <remarks>Its error is of the order of ‖J‖: good where the map contracts fast. Source: Bolte, Pauwels and Vaiter (2023), "One-step differentiation of
    /// iterative algorithms", arXiv:2305.13768, equation (3).</remarks>
    public static ImplicitMethod OneStep() => Phantom(1, 1);

    /// <summary>Implicit differentiation on minibatches. See <see cref="StochasticMethod"/>.</summary>
    /// <param name="optimizer">Iterates the adjoint: any rule and schedule; its rate is in the inverse unit of H, or dimensionless if
    /// <paramref name="mapRate"/> is given.</param>
    /// <param name="iterations">K, the number of its steps, each on a minibatch of its own.</param>
    /// <param name="innerBatches">How many minibatches of the inner objective Bᵀv is averaged over.</param>
    /// <param name="outerBatches">How many minibatches of the outer objective g and h are averaged over; 0 for all of its data instead.</param>
    /// <param name="batchSize">How many samples a minibatch has, drawn without repetition; all of them if absent: then nothing is random, and one minibatch is
    /// as good as many.</param>
    /// <param name="outerBatchSize">The same for the outer objective; <paramref name="batchSize"/> if absent.</param>
    /// <param name="mapRate">η, in the inverse unit of H: iterates the adjoint of the gradient-descent map w − η∇f, that is with I − Jᵀ = ηH instead of H.
    /// Of H itself if absent.</param>
    /// <param name="from">Where the iteration for the adjoint begins, unless it goes on from an earlier one.</param>
    public static StochasticMethod Stochastic(
        Optimizer optimizer,
        int iterations,
        int innerBatches = 1,
        int outerBatches = 1,
        int? batchSize = null,
        int? outerBatchSize = null,
        double? mapRate = null,
        AdjointStart from = AdjointStart.Zero)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentOutOfRangeException.ThrowIfNegative(iterations);
        ArgumentOutOfRangeException.ThrowIfLessThan(innerBatches, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(outerBatches);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize ?? 1, 1, nameof(batchSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(outerBatchSize ?? 1, 1, nameof(outerBatchSize));
        _ = Allowed.Positive(mapRate ?? 1, nameof(mapRate));
        _ = Enum.IsDefined(from) ? from : throw new ArgumentOutOfRangeException(nameof(from), from, "This is not a start of the adjoint.");
        return new StochasticMethod(
            (optimizer, iterations, from), (innerBatches, batchSize), (outerBatches, outerBatches == 0 ? null : outerBatchSize ?? batchSize), mapRate);
    }

    /// <summary>One product with the mixed second derivative instead of the adjoint solve, as in DARTS and what followed it. See
    /// <see cref="DartsMethod"/>.</summary>
    /// <remarks>
    /// Published forms, by their arguments: DARTS <c>(1, StepDerivative.Differentiated, EvaluationPoint.BeforeLastStep)</c>, with any momentum and weight
    /// decay; H⁻¹ ≈ I at the present w <c>(0, StepDerivative.Scaled(1), EvaluationPoint.End)</c>; the difference around the start after T steps <c>(T,
    /// StepDerivative.Scaled(rate), EvaluationPoint.Start)</c>; SAMA <c>(T, StepDerivative.Sama, EvaluationPoint.End)</c>; all of them with
    /// <c>MixedProduct.CentralDifference(0.01)</c>.
    /// </remarks>
    /// <param name="steps">T, the number of steps of the optimizer; 0 to differentiate where it is, or where a minimizer gets.</param>
    /// <param name="step">What stands for the derivative of a step: the scale of the indirect part.</param>
    /// <param name="at">Where the mixed derivative is taken.</param>
    /// <param name="product">How the product with it is computed; <see cref="MixedProduct.Exact"/> if absent.</param>
    public static DartsMethod Darts(int steps, StepDerivative step, EvaluationPoint at, MixedProduct? product = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentNullException.ThrowIfNull(step);
        return Enum.IsDefined(at) ? new DartsMethod(steps, step, at, product ?? MixedProduct.Exact) : throw new ArgumentOutOfRangeException(nameof(at), at,
            "Hypergradient.Darts: no such point.");
    }

    /// <summary>The score-function estimator (REINFORCE), for random inner processes. See <see cref="ScoreFunctionMethod"/>.</summary>
    /// <param name="samples">n, at least 2: one sample has no standard error.</param>
    /// <param name="baseline">What is subtracted from F; <see cref="Baseline.LeaveOneOut"/> if absent.</param>
    public static ScoreFunctionMethod ScoreFunction(int samples, Baseline? baseline = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        return new ScoreFunctionMethod(samples, baseline ?? Baseline.LeaveOneOut);
    }

    /// <summary>A zero-order estimator, for outer values that can only be evaluated. See <see cref="ZeroOrderMethod"/>.</summary>
    /// <param name="samples">n, the number of directions, at least 2.</param>
    /// <param name="sigma">σ, how far λ is moved along a direction of unit variance, in the unit of λ.</param>
    /// <param name="rule">What is made of a direction.</param>
    /// <param name="steps">T, the number of steps over a problem of an optimizer's steps; absent over all others.</param>
    public static ZeroOrderMethod ZeroOrder(int samples, double sigma, ZeroOrderRule rule = ZeroOrderRule.Antithetic, int? steps = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(steps ?? 0, nameof(steps));
        return Enum.IsDefined(rule)
            ? new ZeroOrderMethod(samples, Positive(sigma, nameof(sigma)), rule, steps)
            : throw new ArgumentOutOfRangeException(nameof(rule), rule, "Hypergradient.ZeroOrder: no such rule.");
    }

    /// <summary>Zero-order differences of the inner solution (PZOBO), for inner solvers that can only be run. See
    /// <see cref="ZeroOrderResponseMethod"/>.</summary>
    /// <param name="samples">Q, the number of directions, at least 2.</param>
    /// <param name="radius">μ, how far λ is moved along a direction of unit variance, in the unit of λ.</param>
    /// <param name="steps">T, the number of steps over a problem of an optimizer's steps; absent over all others.</param>
    public static ZeroOrderResponseMethod ZeroOrderResponse(int samples, double radius, int? steps = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(steps ?? 0, nameof(steps));
        return new ZeroOrderResponseMethod(samples, Positive(radius, nameof(radius)), steps);
    }

    private static double Positive(double length, string parameter) => double.IsFinite(length) && length > 0
        ? length
        : throw new ArgumentOutOfRangeException(parameter, length, "The length of a displacement must be positive and finite.");

    /// <summary>MAML, the gradient in the initial state through T steps: <see cref="Reverse"/>, of which
    /// <see cref="IterativeHypergradient{TState, THyper}.WithRespectToStart"/> is what is asked for.</summary>
    /// <remarks>Source: Finn, Abbeel and Levine (2017), "Model-agnostic meta-learning for fast adaptation of deep networks", arXiv:1703.03400, equation
    /// (1).</remarks>
    /// <param name="steps">T, the number of steps of adaptation.</param>
    public static ReverseMethod Maml(int steps) => Reverse(steps);

    /// <summary>First-order MAML: the gradient at the last iterate instead of that in the initial state. See <see cref="FirstOrderMamlMethod"/>.</summary>
    /// <param name="steps">T, the number of steps of adaptation.</param>
    public static FirstOrderMamlMethod FirstOrderMaml(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new FirstOrderMamlMethod(steps);
    }
}
