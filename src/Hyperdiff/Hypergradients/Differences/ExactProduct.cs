namespace Hyperdiff;

/// <summary>Bᵀv by differentiation: ∇_w f is linearized in λ, and the linear part transposed.</summary>
internal sealed record ExactProduct : MixedProduct
{
    /// <inheritdoc/>
    public override string Name => "exact product";

    private protected override (Tensor[] Product, MixedProductReport Report) Differentiate(MixedDerivative derivative, LeafVector direction, double norm)
    {
        Tensor[] product = derivative.Exactly(direction);
        double size = new LeafVector(product).Magnitude();
        SolveStatus status = double.IsFinite(size) ? SolveStatus.Converged : SolveStatus.NonFiniteIterate;
        return (product, new MixedProductReport(Name, status, double.NaN, 0, derivative.Epsilon * size, size, 0));
    }
}
