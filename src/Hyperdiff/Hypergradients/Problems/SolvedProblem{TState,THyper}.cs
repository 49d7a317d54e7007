using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>An outer objective over the solution of an inner problem that a solver finds: a fixed point, a minimum, a root.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public abstract class SolvedProblem<TState, THyper> : BilevelProblem<TState, THyper>
{
    private readonly SolvedFunction<TState, THyper> _inner;

    private protected SolvedProblem(SolvedFunction<TState, THyper> inner, Objective<TState, THyper> outer) => (_inner, Outer) = (inner, outer);

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <summary>Compares derivatives by every mode with differences, along a random direction in every leaf. See <see cref="DerivativeCheck"/>.</summary>
    /// <remarks>
    /// The inner solution is found by the problem's solver and then, for every difference, accurately from there. Twenty inner solves per leaf of λ, and twenty
    /// evaluations per leaf of w and λ: for tests, and for problems that are made small for it.
    /// </remarks>
    /// <param name="start">The first inner iterate.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="key">What directions are drawn from; that of seed 0 if absent.</param>
    /// <param name="cancellation">Ends the solves.</param>
    public DerivativeCheck Check(TState start, THyper hyper, RandomKey? key = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        BilevelPoint point = _inner.PointAt(start, hyper);
        InnerSolver solver = _inner.SolverAt(point);
        return new DerivativeChecker(_inner.Function, Outer.Function, solver, Accurate(solver, point), key ?? RandomKey.FromSeed(0)).Run(point, cancellation);
    }

    /// <summary>Measures the structure of the adjoint system at a point, and what each method would cost there. See <see cref="Explanation"/>.</summary>
    /// <param name="state">w, the inner solution or near it; nothing is solved for.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public Explanation Explain(TState state, THyper hyper, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        BilevelPoint point = _inner.PointAt(state, hyper);
        return Explainer.Explain(_inner.Function, Outer.Function, _inner.SolverAt(point), point);
    }

    internal Tree<THyper> HyperTree => _inner.Function.HyperTree;

    internal sealed override IBoundFunction OuterFunction => Outer.Function;

    internal sealed override ISolvedFunction Solved => _inner;

    internal sealed override BilevelPoint PointAt(TState start, THyper hyper, WarmStart? warm) => _inner.PointAt(start, hyper);

    /// <summary>A solver that goes as far as rounding lets it: what differences need.</summary>
    private protected abstract InnerSolver Accurate(InnerSolver solver, BilevelPoint point);
}
