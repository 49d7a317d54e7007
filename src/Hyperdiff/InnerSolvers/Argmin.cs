namespace Hyperdiff;

/// <summary>An objective with its minimizer, and the minimum as a differentiable value.</summary>
public static class Argmin
{
    /// <summary>Pairs an objective with the method that minimizes it in w.</summary>
    public static Minimization<TState, THyper> MinimizedBy<TState, THyper>(this Objective<TState, THyper> objective, Minimizer by)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(by);
        return new Minimization<TState, THyper>(objective, by);
    }

    /// <summary>The same objective, to be minimized subject to constraints. See <see cref="ConstrainedObjective{TState, THyper}"/>.</summary>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="equalities">(w, λ) → e(w, λ), which is to be 0: a tensor of any shape; those of several leaves are flattened and concatenated. None if
    /// absent.</param>
    /// <param name="inequalities">(w, λ) → i(w, λ), which is to be at most 0: a bound is <c>lower − w</c>, or <c>w − upper</c>. None if absent.</param>
    public static ConstrainedObjective<TState, THyper> SubjectTo<TState, THyper>(
        this Objective<TState, THyper> objective, Func<TState, THyper, Tensor>? equalities = null, Func<TState, THyper, Tensor>? inequalities = null)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new ConstrainedObjective<TState, THyper>(objective, equalities, inequalities);
    }

    /// <summary>The minimum w*(λ) as a value that can be differentiated in λ, in any mode and to any order.</summary>
    /// <param name="minimization">The objective and its minimizer.</param>
    /// <param name="start">The first iterate; the derivative in it is zero.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="adjoint">Solves <c>H v = g</c>, in both modes; conjugate gradients if absent.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <exception cref="SolveException">The solve did not converge. Inside a transformation its result carries the report, or throws.</exception>
    public static TState Of<TState, THyper>(Minimization<TState, THyper> minimization, TState start, THyper hyper, LinearSolver? adjoint = null,
        CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(minimization);
        return minimization.Differentiable(start, hyper, adjoint, null);
    }

    /// <summary>The gradient-descent map of an objective, <c>Φ(w, λ) = w − η ∇_w f(w, λ)</c>, whose fixed points are its stationary points.</summary>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="rate">η: a contraction needs 0 &lt; η &lt; 2/L, where L bounds the curvature. The hypergradient does not depend on it; the speed of its
    /// solves does.</param>
    public static FixedPointMap<TState, THyper> GradientDescentMap<TState, THyper>(this Objective<TState, THyper> objective, double rate)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return FixedPointMap<TState, THyper>.Create(new GradientStep<TState, THyper>(objective.Function, Allowed.Positive(rate)));
    }

    /// <summary>
    /// The proximal-gradient map of an objective, <c>Φ(w, λ) = prox(w − η ∇_w f(w, λ), λ)</c>, whose fixed points minimize f(w) + g(w) for the g of the
    /// operator; the projected-gradient map for a projection.
    /// </summary>
    /// <remarks>
    /// Implicit differentiation of the fixed point gives the derivative of the constrained or non-smooth minimum, where it exists: almost everywhere, exactly 0
    /// in a coordinate that is held at a bound. Φ is traced once per solve, so that the operator does not read values. Source: Parikh and Boyd (2014),
    /// "Proximal algorithms", doi:10.1561/2400000003, section 4.2.
    /// </remarks>
    /// <param name="objective">The objective f(w, λ).</param>
    /// <param name="rate">η: a contraction needs 0 &lt; η &lt; 2/L, where L bounds the curvature of f.</param>
    /// <param name="prox">(w, λ) to the proximal operator of ηg: made of those of <see cref="Proximal"/>.</param>
    public static FixedPointMap<TState, THyper> ProximalGradientMap<TState, THyper>(this Objective<TState, THyper> objective, double rate,
        Func<TState, THyper, TState> prox)
    {
        ArgumentNullException.ThrowIfNull(prox);
        FixedPointMap<TState, THyper> descent = GradientDescentMap(objective, rate);
        (Tree<TState> state, Tree<THyper> hyper) = (objective.Function.StateTree, objective.Function.HyperTree);
        string name = $"proximal step of {objective.Name}";
        var form = new Form<TState, THyper, ValueTuple>(name, (flat, w, h, _) => MapOutput.Of(name, state, flat, prox(descent.Evaluate(w, h), h)),
            (state, hyper, Tree.Unit), null);
        return FixedPointMap<TState, THyper>.Create(new TracedOnce<TState, THyper>(new BoundForm<TState, THyper, ValueTuple>(form, default(ValueTuple))));
    }
}
