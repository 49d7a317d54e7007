namespace Hyperdiff;

/// <summary>A way to write hyperparameters with constraints in numbers without: <c>λ = φ(u)</c> for any u. A step in u then never leaves the
/// constraints.</summary>
/// <remarks>
/// The hypergradient in u is that in λ pulled back, <c>(∂φ/∂u)ᵀ ∇_λℓ</c> (<see cref="Pullback"/>); or write the problem in u, by
/// <see cref="Objective.Reparametrize{TState, THyper, TOther}"/>.
/// </remarks>
public sealed class Bijection
{
    private readonly string _name;
    private readonly Func<Tensor, Tensor> _forward;
    private readonly Func<Tensor, Tensor> _inverse;

    private Bijection(string name, Func<Tensor, Tensor> forward, Func<Tensor, Tensor> inverse) => (_name, _forward, _inverse) = (name, forward, inverse);

    /// <summary>Positive numbers as <c>λ = eᵘ</c>: steps multiply. The usual one for penalties and rates, which range over magnitudes.</summary>
    public static Bijection Exp { get; } = new(nameof(Exp), u => u.Exp(), l => l.Log());

    /// <summary>Positive numbers as <c>λ = ln(1 + eᵘ)</c>: steps add where λ is large, and multiply where it is small.</summary>
    public static Bijection Softplus { get; } = new(nameof(Softplus), u => u.Softplus(), l => l + (-(-l).Expm1()).Log());

    /// <summary>Numbers between 0 and 1 as <c>λ = 1/(1 + e⁻ᵘ)</c>: momentum, mixing weights.</summary>
    public static Bijection Sigmoid { get; } = new(nameof(Sigmoid), u => u.Sigmoid(), l => l.Log() - (-l).Log1p());

    /// <summary>Positive numbers with the sum 1 along the last axis as <c>λ = softmax(u)</c>. Its inverse is one of many: shifting u changes nothing.</summary>
    public static Bijection Softmax { get; } = new(nameof(Softmax), u => u.Softmax(-1), l => l.Log());

    /// <summary>λ = φ(u).</summary>
    public Tensor Apply(Tensor unconstrained)
    {
        ArgumentNullException.ThrowIfNull(unconstrained);
        return _forward(unconstrained);
    }

    /// <summary>u with φ(u) = λ; NaN or infinite where λ is outside the constraints, or on their boundary.</summary>
    public Tensor Invert(Tensor constrained)
    {
        ArgumentNullException.ThrowIfNull(constrained);
        return _inverse(constrained);
    }

    /// <inheritdoc/>
    public override string ToString() => _name;

    /// <summary>The gradient in u of what has this gradient in λ.</summary>
    /// <param name="unconstrained">The argument u, of any shape.</param>
    /// <param name="gradient">∇_λℓ at φ(u), of the shape of u.</param>
    /// <exception cref="ShapeMismatchException">The gradient is not like λ.</exception>
    public Tensor Pullback(Tensor unconstrained, Tensor gradient) => Diff.Vjp(_forward, unconstrained, gradient).Cotangent;
}
