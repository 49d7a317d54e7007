namespace Hyperdiff;

/// <summary>Descent in λ along implicit hypergradients that are only as accurate as pays off: their inner and adjoint tolerances are coupled to the outer
/// progress.</summary>
/// <remarks>
/// <code>
/// solve both to tolerances τ, from the last w and v;   while error estimate &gt; θ max(‖∇ℓ‖, t):  tighten τ;   λ ← step of the optimizer along ∇ℓ
/// </code>
/// t is the gradient at which the descent ends: the tolerance, or as far as it is known the norm at which λ is as accurate as was asked for. The error of ∇ℓ is
/// estimated (<see cref="ErrorEstimate{THyper}"/>, by solves to two digits) at the start, wherever the gradient has halved since, and at the end. In between τ
/// follows the gradient, in proportion to the errors that the estimate belonged to. Where the estimate is unavailable, τ is tightened as well; never below what
/// rounding permits. The error of λ is estimated as that of inner solutions, from ∇ℓ with its error, the last step, and the decrease of ∇ℓ in it; where a
/// start, or a gradient that is nothing but rounding, has no such step, from a trial step. So neither the units of F, f, λ and w nor the start matter. Source:
/// Pedregosa (2016), "Hyperparameter optimization with approximate gradient", arXiv:1602.02355, algorithm 1. Differs from the source in that the tolerances
/// follow from the estimate and not from a sequence chosen beforehand, and that both are absolute: the inner one in the unit of w, that of the adjoint in the
/// unit of its residual.
/// </remarks>
/// <param name="Optimizer">Turns hypergradients into steps.</param>
public sealed record HypergradientDescent(Optimizer Optimizer)
{
    /// <summary>Turns hypergradients into steps.</summary>
    public Optimizer Optimizer { get; init => field = Allowed.Given(value, nameof(Optimizer)); } = Allowed.Given(Optimizer, nameof(Optimizer));

    /// <summary>Solves the adjoint systems; as in <see cref="Hypergradient.Implicit"/> if absent. Its tolerance is not used.</summary>
    public LinearSolver? Adjoint { get; init; }

    /// <summary>For ‖∇ℓ‖, in its unit. If absent, as by default, the descent ends where the estimated error of λ, ‖λ − λ*‖ of every leaf, is within ε^⅓ of that
    /// leaf's norm: 6e-6 in float64, 5e-3 in float32, so that F is as accurate as inner solves by themselves make w.</summary>
    public double? Tolerance { get; init => field = value is { } given ? Hyperdiff.Tolerance.Require(given, nameof(Tolerance)) : null; }

    /// <summary>The most steps.</summary>
    public int MaxSteps { get; init => field = Allowed.AtLeast(0, value, nameof(MaxSteps)); } = 1000;

    /// <summary>θ, the share of the gradient that its error may be.</summary>
    public double ErrorShare { get; init => field = Allowed.Positive(value, nameof(ErrorShare)); } = 0.1;

    /// <summary>Descends from λ.</summary>
    /// <param name="problem">The problem; the tolerance of its solver is not used.</param>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">The first λ.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public OuterSolution<TState, THyper> Minimize<TState, THyper>(
        SolvedProblem<TState, THyper> problem, TState start, THyper hyper, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(problem);
        using Work.Scope work = Work.Under(cancellation);
        return new CoupledDescent<TState, THyper>(this, problem, (start, hyper), cancellation).Run();
    }
}
