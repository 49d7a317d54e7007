using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>What is known beforehand of a bilevel problem, on a ball around the state that holds the inner solution: what an <see cref="ErrorCertificate"/> is
/// derived from.</summary>
/// <remarks>
/// Norms are Euclidean, over the whole structure; those of matrices are the spectral ones. A bound that is left out is infinite: nothing can be certified
/// without it. A <em>measured</em> value is not a bound: power iterations approach a norm from below, and 1/(1 − q) grows without limit on the wrong side.
/// </remarks>
public abstract record ErrorBounds
{
    private protected ErrorBounds()
    {
    }

    /// <summary>The radius of the ball around w on which the bounds hold, in the unit of w; infinite if they hold everywhere.</summary>
    public double Radius { get; init => field = Bound(value); } = double.PositiveInfinity;

    /// <summary>‖P‖ at a fixed point, ‖B‖ at a minimum, at most.</summary>
    public double HyperJacobian { get; init => field = Bound(value); } = double.PositiveInfinity;

    /// <summary>The Lipschitz constant in w of J, or of H: 0 for an affine map or a quadratic.</summary>
    public double JacobianLipschitz { get; init => field = Bound(value); } = double.PositiveInfinity;

    /// <summary>The Lipschitz constant in w of P, or of B.</summary>
    public double HyperJacobianLipschitz { get; init => field = Bound(value); } = double.PositiveInfinity;

    /// <summary>The Lipschitz constant in w of g = ∇_wF.</summary>
    public double StateGradientLipschitz { get; init => field = Bound(value); } = double.PositiveInfinity;

    /// <summary>The Lipschitz constant in w of h = ∇_λF: 0 if F is a sum of a function of w and one of λ.</summary>
    public double HyperGradientLipschitz { get; init => field = Bound(value); } = double.PositiveInfinity;

    /// <summary>The bound, if it can be one: not negative, and a number; infinite for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or NaN.</exception>
    private protected static double Bound(double bound, [CallerMemberName] string name = "") => bound >= 0
        ? bound
        : throw new ArgumentOutOfRangeException(name, bound,
            "A bound of a norm, a Lipschitz constant or a radius is a number that is not negative; leave it out, or pass infinity, where none is known.");

    /// <summary>σ &gt; 0 with (x − y)ᵀ(R(x) − R(y)) ≥ σ‖x − y‖²; nothing else if it is not positive.</summary>
    internal abstract double Monotonicity { get; }

    /// <summary>‖∂R/∂w‖, at most.</summary>
    internal abstract double Slope { get; }

    /// <summary>Why σ is not positive.</summary>
    internal abstract string WhyNot { get; }
}
