namespace Hyperdiff;

/// <summary>An outer objective over the root of a condition: <c>ℓ(λ) = F(w*(λ), λ)</c>, <c>c(w*, λ) = 0</c>. For implicit methods.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class RootProblem<TState, THyper> : SolvedProblem<TState, THyper>
{
    // as far as rounding lets it: it then ends as Stagnated
    private static readonly NewtonKrylovSolver s_accurate = new(LinearSolver.Auto(), new Tolerance(1e-12, 0), 50);

    internal RootProblem(RootFinding<TState, THyper> inner, Objective<TState, THyper> outer)
        : base(inner, outer) => Inner = inner;

    /// <summary>c, and what solves it.</summary>
    public RootFinding<TState, THyper> Inner { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over the root of {Inner.Condition}";

    internal override ProblemKind Kind => ProblemKind.Root;

    private protected override InnerSolver Accurate(InnerSolver solver, BilevelPoint point) => s_accurate;
}
