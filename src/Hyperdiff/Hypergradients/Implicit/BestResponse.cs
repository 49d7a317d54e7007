using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>The derivative of the inner solution, <c>∂w*/∂λ</c>, for products with any vector.</summary>
public static class BestResponse
{
    /// <summary>The derivative of a fixed point.</summary>
    /// <param name="map">Φ.</param>
    /// <param name="state">w*; the derivative is off in proportion to ‖Φ(w) − w‖.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="adjoint">Solves <c>(I − Jᵀ) v = u</c>; <see cref="LinearSolver.Auto"/> if absent, since nothing says that the map contracts.</param>
    /// <param name="tangent">Solves <c>(I − J) ẇ = P λ̇</c>; like the adjoint if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public static BestResponseJacobian<TState, THyper> At<TState, THyper>(
        FixedPointMap<TState, THyper> map, TState state, THyper hyper, LinearSolver? adjoint = null, LinearSolver? tangent = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(map);
        adjoint ??= LinearSolver.Auto();
        return new BestResponseJacobian<TState, THyper>(map.Function, FixedPoint.Iterate(), (state, hyper), adjoint, tangent ?? adjoint);
    }

    /// <summary>The derivative of a root.</summary>
    /// <param name="finding">c; its method is not run.</param>
    /// <param name="state">w*; the derivative is off in proportion to ‖c(w)‖.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="adjoint">Solves <c>Aᵀ v = u</c>; <see cref="LinearSolver.Auto"/> if absent.</param>
    /// <param name="tangent">Solves <c>A ẇ = −(∂c/∂λ) λ̇</c>; like the adjoint if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public static BestResponseJacobian<TState, THyper> At<TState, THyper>(
        RootFinding<TState, THyper> finding, TState state, THyper hyper, LinearSolver? adjoint = null, LinearSolver? tangent = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(finding);
        adjoint ??= LinearSolver.Auto();
        return new BestResponseJacobian<TState, THyper>(finding.Condition.Function, finding.SolverFor(state, hyper), (state, hyper), adjoint,
            tangent ?? adjoint);
    }

    /// <summary>The derivative of a minimum.</summary>
    /// <param name="minimization">f; its minimizer is not run.</param>
    /// <param name="state">w*; the derivative is off in proportion to ‖∇f(w)‖.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="solver">Solves with H, in both modes; conjugate gradients if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    public static BestResponseJacobian<TState, THyper> At<TState, THyper>(Minimization<TState, THyper> minimization, TState state, THyper hyper,
        LinearSolver? solver = null, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(minimization);
        solver ??= LinearSolver.ConjugateGradient();
        return new BestResponseJacobian<TState, THyper>(minimization.Objective.Function, minimization.Minimizer, (state, hyper), solver, solver);
    }
}
