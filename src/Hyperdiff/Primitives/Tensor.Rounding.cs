namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The next whole number towards −∞ of every element; the derivative is 0.</summary>
    public Tensor Floor() => Primitives.Floor.Instance.Of(this);

    /// <summary>The next whole number towards +∞ of every element; the derivative is 0.</summary>
    public Tensor Ceiling() => Primitives.Ceiling.Instance.Of(this);

    /// <summary>The whole number nearest to every element, halves to the even one; the derivative is 0.</summary>
    public Tensor Round() => Primitives.Round.Instance.Of(this);

    /// <summary>The next whole number towards 0 of every element; the derivative is 0.</summary>
    public Tensor Truncate() => Primitives.Truncate.Instance.Of(this);

    /// <summary>The remainder x − y ⌊x/y⌋ of every element, with the sign of the divisor; shapes broadcast. (C#'s own <c>%</c> has the sign of the
    /// dividend.)</summary>
    /// <param name="divisor">The divisor y, of a shape that broadcasts with this one.</param>
    public Tensor Mod(Tensor divisor) => Primitives.Modulo.Instance.Broadcast(this, Allowed.Given(divisor));

    /// <summary>The remainder x − y ⌊x/y⌋ of every element, with the sign of the number y.</summary>
    public Tensor Mod(double divisor) => Mod(Literal(divisor, this));
}
