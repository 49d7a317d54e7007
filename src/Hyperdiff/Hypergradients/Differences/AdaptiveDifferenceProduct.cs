namespace Hyperdiff;

/// <summary>Bᵀv by central differences with steps that are halved, extrapolated until neighbours in the table agree to a tolerance; what they disagree by is
/// the report's truncation.</summary>
/// <remarks>
/// The first step moves the state by a tenth of its norm (by a tenth, if it is zero). Two gradients in λ per step, usually 4 to 8 in all, 20 at the most; the
/// best entry is returned whether or not it meets the tolerance, and says how good it is. Source: Ridders (1982), "Accurate computation of F′(x) and
/// F′(x)F″(x)", doi:10.1016/S0141-1195(82)80057-0, for vectors.
/// </remarks>
/// <param name="Tolerance">Relative to the product; √ε of the coarsest leaf if null.</param>
internal sealed record AdaptiveDifferenceProduct(double? Tolerance) : MixedProduct
{
    /// <summary>How accurate the product is to be, relative to its norm; as accurate as differences are if absent.</summary>
    public double? Tolerance { get; init => field = value is { } given ? Allowed.NonNegative(given, nameof(Tolerance)) : null; }
        = Tolerance is { } tolerance ? Allowed.NonNegative(tolerance, nameof(Tolerance)) : null;

    private const double LargestMove = 0.1;

    /// <inheritdoc/>
    public override string Name => "extrapolated central differences";

    private protected override (Tensor[] Product, MixedProductReport Report) Differentiate(MixedDerivative derivative, LeafVector direction, double norm)
    {
        double state = derivative.StateNorm;
        double largest = LargestMove * (state > 0 ? state : 1) / norm;
        double gradients = 0;
        SweptDerivative swept = DifferenceSweep.At(
            step =>
            {
                LeafVector gradient = derivative.HyperGradient(direction, step);
                gradients = gradient.Magnitude();
                return gradient;
            },
            largest,
            Tolerance ?? Math.Sqrt(derivative.Epsilon));
        if (swept.Derivative is not { } product)
        {
            return (derivative.Zeros(double.NaN),
                new MixedProductReport(Name, SolveStatus.NonFiniteIterate, double.NaN, double.NaN, double.NaN, double.NaN, swept.Evaluations));
        }

        double size = new LeafVector(product).Magnitude();
        return (product, new MixedProductReport(Name, SolveStatus.Converged, swept.Step, swept.Error, derivative.Rounding(swept.Step, norm, gradients, size),
            size, swept.Evaluations));
    }
}
