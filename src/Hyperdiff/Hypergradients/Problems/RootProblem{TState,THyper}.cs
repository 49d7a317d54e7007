namespace Hyperdiff;

/// <summary>An outer objective over the root of a condition: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>c(w*, λ) = 0</c>. For implicit methods.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class RootProblem<TState, THyper>
{
    // as far as rounding lets it: it then ends as Stagnated
    private static readonly NewtonKrylovSolver s_accurate = new(LinearSolver.Auto(), new Tolerance(1e-12, 0), 50);

    internal RootProblem(RootFinding<TState, THyper> inner, Objective<TState, THyper> outer) => (Inner, Outer) = (inner, outer);

    /// <summary>c, and what solves it.</summary>
    public RootFinding<TState, THyper> Inner { get; }

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <summary>Compares derivatives by every mode with differences, along a random direction in every leaf. See <see cref="DerivativeCheck"/>.</summary>
    /// <remarks>
    /// The root is found by the problem's method and then, for every difference, by Newton's method from there. Twenty inner solves per leaf of λ, and twenty
    /// evaluations per leaf of w and λ.
    /// </remarks>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What directions are drawn from; that of seed 0 if absent.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public DerivativeCheck Check(TState start, THyper hyper, RandomKey? key = null, CancellationToken cancellation = default) =>
        new DerivativeChecker<TState, THyper>(Inner.Condition.Function, Outer, Inner.SolverFor(start, hyper), s_accurate, key ?? RandomKey.FromSeed(0))
            .Run(start, hyper, cancellation);

    /// <summary>Measures the structure of the adjoint system at a point, and what each method would cost there. See <see cref="Explanation"/>.</summary>
    /// <param name="state">w, the root or near it; nothing is solved for.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public Explanation Explain(TState state, THyper hyper, CancellationToken cancellation = default) =>
        Explainer.Explain(Inner.Condition.Function, Outer, s_accurate, state, hyper, cancellation);

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over the root of {Inner.Condition}";
}
