namespace Hyperdiff;

/// <content>Fixed points of one unknown.</content>
public static partial class FixedPoint
{
    /// <summary>The derivative of a fixed point of one unknown with respect to λ, <c>dw/dλ = (1 − ∂Φ/∂w)⁻¹ ∂Φ/∂λ</c>: the implicit function theorem, one
    /// gradient of Φ.</summary>
    /// <param name="map">The map Φ(w, λ).</param>
    /// <param name="state">The fixed point w, as <see cref="Solve"/> finds it; the derivative has half of its digits at least.</param>
    /// <param name="hyper">The hyperparameters λ.</param>
    /// <param name="cancellation">Ends the solves within, and throws between steps of loops and in passes over graphs.</param>
    /// <returns>A structure like λ, with the derivatives in its place.</returns>
    /// <exception cref="SolveException">The state is not a fixed point to half of the digits, or ∂Φ/∂w is 1 there, or not finite.</exception>
    public static THyper Gradient<THyper>(this FixedPointMap<double, THyper> map, double state, THyper hyper, CancellationToken cancellation = default)
    {
        using Work.Scope work = Work.Under(cancellation);
        ArgumentNullException.ThrowIfNull(map);
        return ScalarSolution.Gradient(map.Function, state, hyper, isMap: true);
    }
}
