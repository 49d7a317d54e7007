namespace Hyperdiff;

/// <summary>The derivative of the inner solution, <c>∂w*/∂λ</c>, for products with any vector.</summary>
public static class BestResponse
{
    /// <summary>The derivative of an inner solution.</summary>
    /// <param name="inner">A map, a condition or an objective with what solves it; that is not run.</param>
    /// <param name="state">w*; the derivative is off in proportion to the residual there.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="adjoint">Solves <c>(I − Jᵀ) v = u</c>, <c>Aᵀ v = u</c> or <c>H v = u</c>. If absent conjugate gradients for a minimum, and
    /// <see cref="LinearSolver.Auto"/> otherwise, since nothing says that the map contracts.</param>
    /// <param name="tangent">Solves with the same matrix, not transposed; like the adjoint if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public static BestResponseJacobian<TState, THyper> At<TState, THyper>(
        SolvedFunction<TState, THyper> inner, TState state, THyper hyper, LinearSolver? adjoint = null, LinearSolver? tangent = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(inner);
        BilevelPoint point = inner.PointAt(state, hyper);
        InnerSolver solver = inner.SolverAt(point);
        adjoint ??= solver is FixedPointSolver ? LinearSolver.Auto() : solver.DefaultAdjoint;
        return new BestResponseJacobian<TState, THyper>(inner.Function, solver, point, adjoint, tangent ?? adjoint);
    }

    /// <summary>The derivative of the fixed point of a map.</summary>
    /// <param name="map">The map Φ(w, λ).</param>
    /// <param name="state">w*; the derivative is off in proportion to ‖Φ(w) − w‖.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="adjoint">Solves <c>(I − Jᵀ) v = u</c>; <see cref="LinearSolver.Auto"/> if absent, since nothing says that the map contracts.</param>
    /// <param name="tangent">Solves <c>(I − J) ẇ = P λ̇</c>; like the adjoint if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public static BestResponseJacobian<TState, THyper> At<TState, THyper>(
        FixedPointMap<TState, THyper> map, TState state, THyper hyper, LinearSolver? adjoint = null, LinearSolver? tangent = null,
        CancellationToken cancellation = default) => At(map.SolvedBy(FixedPoint.Iteration()), state, hyper, adjoint, tangent, cancellation);
}
