using System.Globalization;

namespace Hyperdiff;

/// <summary>What is known of a fixed-point problem: that its map is a contraction, and how much its derivatives change.</summary>
public sealed record ContractionBounds : ErrorBounds
{
    /// <summary>q with ‖J‖ ≤ q, in the Euclidean norm: ρ(J) below 1 is not enough.</summary>
    public double Contraction
    {
        get;
        init => (field, Gap) = (Bound(value), null);
    }

    = double.PositiveInfinity;

    /// <summary>1 − q where it is known more accurately than q, which is rounded near 1.</summary>
    internal double? Gap { get; init; }

    internal override double Monotonicity => Gap ?? 1 - Contraction;

    internal override double Slope => 1 + Contraction;

    internal override string WhyNot => double.IsPositiveInfinity(Contraction)
        ? "no bound q of ‖J‖ is given"
        : string.Create(CultureInfo.InvariantCulture,
            $"q = {Contraction:G4} is not below 1: the map is not known to contract in the Euclidean norm, and that of its spectrum does not bound the error");
}
