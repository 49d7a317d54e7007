namespace Hyperdiff;

/// <summary>Bᵀv by one central difference: <c>[∇_λ f(w + εv, λ) − ∇_λ f(w − εv, λ)] / (2ε)</c> with <c>ε = R/‖v‖</c>, the norm over the whole
/// structure.</summary>
/// <remarks>
/// Two gradients in λ, and no second derivative. The error is <c>ε²/6</c> times a third derivative, which one difference cannot know (the report's truncation
/// is NaN), and rounding, which grows as 1/ε. Source: Liu, Simonyan and Yang (2019), "DARTS: differentiable architecture search", arXiv:1806.09055, equation
/// (8), with R = 0.01.
/// </remarks>
/// <param name="Radius">R.</param>
internal sealed record CentralDifferenceProduct(double Radius) : MixedProduct
{
    /// <summary>R.</summary>
    public double Radius { get; init => field = Allowed.Positive(value, nameof(Radius)); } = Allowed.Positive(Radius, nameof(Radius));

    internal const double PublishedRadius = 0.01;

    /// <inheritdoc/>
    public override string Name => $"central difference at radius {Number(Radius)}";

    private protected override (Tensor[] Product, MixedProductReport Report) Differentiate(MixedDerivative derivative, LeafVector direction, double norm)
    {
        double step = Radius / norm;
        (LeafVector ahead, LeafVector behind) = (derivative.HyperGradient(direction, step), derivative.HyperGradient(direction, -step));
        LeafVector product = Tensor.Scalar(1 / (2 * step)) * (ahead - behind);
        double size = product.Magnitude();
        double gradients = (ahead.Magnitude() + behind.Magnitude()) / 2;
        SolveStatus status = double.IsFinite(size) ? SolveStatus.Converged : SolveStatus.NonFiniteIterate;
        return (product.Leaves, new MixedProductReport(Name, status, step, double.NaN, derivative.Rounding(step, norm, gradients, size), size, 2));
    }
}
