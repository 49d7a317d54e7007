using System.Globalization;

namespace Hyperdiff;

/// <summary>A multiple of the identity, <c>ṽ = s v</c>: the derivative of a plain gradient step of rate s, or an inverse Hessian that is taken to be s
/// I.</summary>
/// <param name="Scale">s.</param>
internal sealed record ScaledStep(double Scale) : StepDerivative
{
    /// <summary>s.</summary>
    public double Scale { get; init => field = Allowed.Finite(value, nameof(Scale)); } = Allowed.Finite(Scale, nameof(Scale));

    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"{Scale:G6} times the identity");

    internal override bool NeedsStep => false;

    internal override (LeafVector Adjoint, LeafVector? Hyper) Apply(LastStep? step, LeafVector adjoint) => (Tensor.Scalar(Scale) * adjoint, null);
}
