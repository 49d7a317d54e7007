namespace Hyperdiff;

/// <content>Whether its derivatives are right.</content>
public abstract partial class SolvedProblem<TState, THyper>
{
    /// <summary>Compares derivatives by every mode with differences, along a random direction in every leaf. See <see cref="DerivativeCheck"/>.</summary>
    /// <remarks>
    /// The inner solution is found by the problem's solver and then, for every difference, accurately from there. Twenty inner solves per leaf of λ, and twenty
    /// evaluations per leaf of w and λ: for tests, and for problems that are made small for it.
    /// </remarks>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="key">What directions are drawn from; that of seed 0 if absent.</param>
    /// <param name="cancellation">Ends the solves, and then throws, since derivatives where a solve was ended early are not those of ℓ.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public DerivativeCheck Check(TState start, THyper hyper, RandomKey? key = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        BilevelPoint point = _inner.PointAt(start, hyper);
        InnerSolver solver = _inner.SolverAt(point);
        var problem = new CheckedProblem(_inner.Function, Outer.Function, solver, Accurate(solver, point));
        DerivativeCheck check = DerivativeChecker.Run(problem, point, key ?? RandomKey.FromSeed(0), cancellation);
        Work.Step();
        return check;
    }
}
