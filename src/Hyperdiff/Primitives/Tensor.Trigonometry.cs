namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The sine of every element, in radians.</summary>
    public Tensor Sin() => Primitives.Sin.Instance.Of(this);

    /// <summary>The cosine of every element, in radians.</summary>
    public Tensor Cos() => Primitives.Cos.Instance.Of(this);

    /// <summary>The tangent of every element, in radians.</summary>
    public Tensor Tan() => Primitives.Tan.Instance.Of(this);

    /// <summary>The angle from −π/2 to π/2 whose sine every element is; NaN beyond ±1.</summary>
    public Tensor Asin() => Primitives.Asin.Instance.Of(this);

    /// <summary>The angle from 0 to π whose cosine every element is; NaN beyond ±1.</summary>
    public Tensor Acos() => Primitives.Acos.Instance.Of(this);

    /// <summary>The angle from −π/2 to π/2 whose tangent every element is.</summary>
    public Tensor Atan() => Primitives.Atan.Instance.Of(this);

    /// <summary>The angle from −π to π of the point (x, y) seen from the origin, where y is this tensor; shapes broadcast. The derivative at the origin is
    /// 0.</summary>
    /// <param name="x">The first coordinates, of a shape that broadcasts; this tensor has the second ones.</param>
    public Tensor Atan2(Tensor x) => Primitives.Atan2.Instance.Broadcast(this, Allowed.Given(x));

    /// <summary>The hyperbolic sine of every element.</summary>
    public Tensor Sinh() => Primitives.Sinh.Instance.Of(this);

    /// <summary>The hyperbolic cosine of every element.</summary>
    public Tensor Cosh() => Primitives.Cosh.Instance.Of(this);

    /// <summary>The hyperbolic tangent of every element.</summary>
    public Tensor Tanh() => Primitives.Tanh.Instance.Of(this);

    /// <summary>The inverse hyperbolic sine of every element.</summary>
    public Tensor Asinh() => Primitives.Asinh.Instance.Of(this);

    /// <summary>The inverse hyperbolic cosine of every element, not negative; NaN below 1.</summary>
    public Tensor Acosh() => Primitives.Acosh.Instance.Of(this);

    /// <summary>The inverse hyperbolic tangent of every element; NaN beyond ±1.</summary>
    public Tensor Atanh() => Primitives.Atanh.Instance.Of(this);
}
