namespace Hyperdiff;

/// <content>Roots of one unknown.</content>
public static partial class Root
{
    /// <summary>The derivative of a root of one unknown with respect to λ, <c>dw/dλ = −(∂c/∂w)⁻¹ ∂c/∂λ</c>: the implicit function theorem, one gradient of
    /// c.</summary>
    /// <param name="condition">The condition c(w, λ) = 0.</param>
    /// <param name="state">The root w, as a solver finds it; the derivative has half of its digits at least.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>A structure like λ, with the derivatives in its place.</returns>
    /// <exception cref="SolveException">The state is not a root to half of the digits, or ∂c/∂w is 0 there, or not finite.</exception>
    public static THyper Gradient<THyper>(this RootCondition<double, THyper> condition, double state, THyper hyper, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(condition);
        return ScalarSolution.Gradient(condition.Function, state, hyper, isMap: false);
    }
}
