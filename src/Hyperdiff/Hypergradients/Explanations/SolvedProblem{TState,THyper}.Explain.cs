namespace Hyperdiff;

/// <content>What its methods would cost.</content>
public abstract partial class SolvedProblem<TState, THyper>
{
    /// <summary>Measures the structure of the adjoint system at a point, and what each method would cost there. See <see cref="Explanation"/>.</summary>
    /// <param name="state">w, the inner solution or near it; nothing is solved for.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="cancellation">Ends the solves within, and then throws, since a method that was ended early says nothing about its cost.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Explanation Explain(TState state, THyper hyper, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        BilevelPoint point = _inner.PointAt(state, hyper);
        Explanation explanation = Explainer.Explain(_inner.Function, Outer.Function, _inner.SolverAt(point), point);
        Work.Step();
        return explanation;
    }
}
