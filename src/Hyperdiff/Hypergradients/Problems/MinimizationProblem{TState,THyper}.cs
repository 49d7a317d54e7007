namespace Hyperdiff;

/// <summary>An outer objective over the minimum of another: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>w* = argmin_w f(w, λ)</c>. For implicit and stochastic methods, and
/// for DARTS.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class MinimizationProblem<TState, THyper> : SolvedProblem<TState, THyper>
{
    // as far as rounding lets it: it then ends as Stagnated
    private static readonly NewtonCgMinimizer s_accurate = new(new Tolerance(1e-12, 0), 50);

    internal MinimizationProblem(Minimization<TState, THyper> inner, Objective<TState, THyper> outer)
        : base(inner, outer) => Inner = inner;

    /// <summary>f and its minimizer.</summary>
    public Minimization<TState, THyper> Inner { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over the minimum of {Inner.Objective}";

    internal override ProblemKind Kind => ProblemKind.Minimum;

    private protected override InnerSolver Accurate(InnerSolver solver, BilevelPoint point) => s_accurate;
}
