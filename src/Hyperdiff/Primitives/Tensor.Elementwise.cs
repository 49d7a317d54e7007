namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>eˣ of every element.</summary>
    public Tensor Exp() => Primitives.Exp.Instance.Of(this);

    /// <summary>The natural logarithm of every element: −∞ at 0, NaN below.</summary>
    public Tensor Log() => Primitives.Log.Instance.Of(this);

    /// <summary>The hyperbolic tangent of every element.</summary>
    public Tensor Tanh() => Primitives.Tanh.Instance.Of(this);

    /// <summary>The square of every element.</summary>
    public Tensor Square() => this * this;
}
