namespace Hyperdiff;

/// <summary>An objective with its minimizer, and the minimum as a differentiable value.</summary>
public static class Argmin
{
    /// <summary>Pairs an objective with the method that minimizes it in w.</summary>
    public static Minimization<TState, THyper> Minimize<TState, THyper>(this Objective<TState, THyper> objective, Minimizer by)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(by);
        return new Minimization<TState, THyper>(objective, by);
    }

    /// <summary>The minimum w*(λ) as a value that can be differentiated in λ, in any mode and to any order.</summary>
    /// <param name="minimization">The objective and its minimizer.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="adjoint">Solves <c>H v = g</c>, in both modes; conjugate gradients if absent.</param>
    /// <exception cref="SolveException">The solve did not converge. Inside a transformation its result carries the report, or throws.</exception>
    public static TState Of<TState, THyper>(Minimization<TState, THyper> minimization, TState start, THyper hyper, LinearSolver? adjoint = null)
    {
        ArgumentNullException.ThrowIfNull(minimization);
        adjoint ??= LinearSolver.ConjugateGradient();
        return InnerSolves.Differentiable(minimization.Objective.Function, start, hyper, minimization.Minimizer, adjoint, adjoint);
    }

    /// <summary>The gradient-descent map of an objective, <c>Φ(w, λ) = w − η ∇_w f(w, λ)</c>, whose fixed points are its stationary points.</summary>
    /// <param name="objective">f.</param>
    /// <param name="rate">η: a contraction needs 0 &lt; η &lt; 2/L, where L bounds the curvature. The hypergradient does not depend on it; the speed of its solves does.</param>
    public static FixedPointMap<TState, THyper> GradientDescentMap<TState, THyper>(this Objective<TState, THyper> objective, double rate)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        return FixedPointMap<TState, THyper>.Create(new GradientStep<TState, THyper>(objective.Function, rate));
    }
}
