using System.Globalization;

namespace Hyperdiff;

/// <summary>A multiple of the identity, <c>ṽ = s v</c>: the derivative of a plain gradient step of rate s, or an inverse Hessian that is taken to be s I.</summary>
/// <param name="Scale">s.</param>
public sealed record ScaledStep(double Scale) : StepDerivative
{
    /// <inheritdoc/>
    public override string Name => string.Create(CultureInfo.InvariantCulture, $"{Scale:G6} times the identity");

    internal override bool NeedsStep => false;

    internal override (LeafVector Adjoint, LeafVector? Hyper) Apply<TState, THyper>(LastStep<TState, THyper>? step, LeafVector adjoint) => (Tensor.Scalar(Scale) * adjoint, null);
}
