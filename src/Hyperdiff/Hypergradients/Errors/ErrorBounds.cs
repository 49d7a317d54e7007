namespace Hyperdiff;

/// <summary>What is known beforehand of a bilevel problem, on a ball around the state that holds the inner solution: what an <see cref="ErrorCertificate"/> is derived from.</summary>
/// <remarks>
/// Norms are Euclidean, over the whole structure; those of matrices are the spectral ones. A bound that is left out is infinite: nothing can be certified without it. A <em>measured</em> value
/// is no bound: power iterations approach a norm from below, and 1/(1 − q) grows without limit on the wrong side.
/// </remarks>
public abstract record ErrorBounds
{
    private protected ErrorBounds()
    {
    }

    /// <summary>The radius of the ball around w on which the bounds hold, in the unit of w; infinite if they hold everywhere.</summary>
    public double Radius { get; init; } = double.PositiveInfinity;

    /// <summary>‖P‖ at a fixed point, ‖B‖ at a minimum, at most.</summary>
    public double HyperJacobian { get; init; } = double.PositiveInfinity;

    /// <summary>The Lipschitz constant in w of J, or of H: 0 for an affine map or a quadratic.</summary>
    public double JacobianChange { get; init; } = double.PositiveInfinity;

    /// <summary>The Lipschitz constant in w of P, or of B.</summary>
    public double HyperJacobianChange { get; init; } = double.PositiveInfinity;

    /// <summary>The Lipschitz constant in w of g = ∇_wF.</summary>
    public double StateGradientChange { get; init; } = double.PositiveInfinity;

    /// <summary>The Lipschitz constant in w of h = ∇_λF: 0 if F is a sum of a function of w and one of λ.</summary>
    public double HyperGradientChange { get; init; } = double.PositiveInfinity;

    /// <summary>σ &gt; 0 with (x − y)ᵀ(R(x) − R(y)) ≥ σ‖x − y‖²; nothing else if it is not positive.</summary>
    internal abstract double Monotonicity { get; }

    /// <summary>‖∂R/∂w‖, at most.</summary>
    internal abstract double Slope { get; }

    /// <summary>Why σ is not positive.</summary>
    internal abstract string WhyNot { get; }
}
