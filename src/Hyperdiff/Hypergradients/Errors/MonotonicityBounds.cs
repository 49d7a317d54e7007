using System.Globalization;

namespace Hyperdiff;

/// <summary>What is known of a root problem: that its condition is strongly monotone and Lipschitz continuous, and how much its derivatives change.</summary>
/// <remarks>A condition whose A = ∂c/∂w is only nonsingular, like that of a constrained minimum, is not strongly monotone: its root may not be alone, and
/// nothing about its error follows from ‖c‖.</remarks>
public sealed record MonotonicityBounds : ErrorBounds
{
    /// <summary>μ with <c>(x − y)ᵀ(c(x) − c(y)) ≥ μ‖x − y‖²</c>: the symmetric part of A is at least μ I.</summary>
    public double Modulus { get; init => field = Allowed.Finite(value, nameof(Modulus)); }

    /// <summary>L with ‖A‖ ≤ L.</summary>
    public double Lipschitz { get; init => field = Bound(value); } = double.PositiveInfinity;

    internal override double Monotonicity => Modulus;

    internal override double Slope => Lipschitz;

    internal override string WhyNot =>
        string.Create(CultureInfo.InvariantCulture, $"μ = {Modulus:G4} is not positive: the condition is not known to be strongly monotone");
}
