namespace Hyperdiff;

/// <summary>An outer objective over the solution of an inner problem that a solver finds: a fixed point, a minimum, a root.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public abstract partial class SolvedProblem<TState, THyper> : BilevelProblem<TState, THyper>
{
    private readonly SolvedFunction<TState, THyper> _inner;

    private protected SolvedProblem(SolvedFunction<TState, THyper> inner, Objective<TState, THyper> outer) => (_inner, Outer) = (inner, outer);

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    internal Tree<THyper> HyperTree => _inner.Function.HyperTree;

    internal sealed override IBoundFunction OuterFunction => Outer.Function;

    internal sealed override ISolvedFunction Solved => _inner;

    internal sealed override BilevelPoint PointAt(TState start, THyper hyper, WarmStart? warm) => _inner.PointAt(start, hyper);

    /// <summary>A solver that goes as far as rounding lets it: what differences need.</summary>
    private protected abstract InnerSolver Accurate(InnerSolver solver, BilevelPoint point);
}
