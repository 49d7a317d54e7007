using System.Runtime.CompilerServices;
using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>Where elements are less than those of another tensor; shapes broadcast, NaN compares false.</summary>
    public static Tensor operator <(Tensor left, Tensor right) => Primitives.Less.Instance.Broadcast(left, right);

    /// <summary>Where elements are less than a number.</summary>
    public static Tensor operator <(Tensor left, double right) => left < Literal(right, left);

    /// <summary>Where a number is less than elements.</summary>
    public static Tensor operator <(double left, Tensor right) => Literal(left, right) < right;

    /// <summary>Where elements are greater than those of another tensor; shapes broadcast, NaN compares false.</summary>
    public static Tensor operator >(Tensor left, Tensor right) => right < left;

    /// <summary>Where elements are greater than a number.</summary>
    public static Tensor operator >(Tensor left, double right) => Literal(right, left) < left;

    /// <summary>Where a number is greater than elements.</summary>
    public static Tensor operator >(double left, Tensor right) => right < Literal(left, right);

    /// <summary>Where elements are at most those of another tensor; shapes broadcast, NaN compares false.</summary>
    public static Tensor operator <=(Tensor left, Tensor right) => Primitives.LessOrEqual.Instance.Broadcast(left, right);

    /// <summary>Where elements are at most a number.</summary>
    public static Tensor operator <=(Tensor left, double right) => left <= Literal(right, left);

    /// <summary>Where a number is at most the elements.</summary>
    public static Tensor operator <=(double left, Tensor right) => Literal(left, right) <= right;

    /// <summary>Where elements are at least those of another tensor; shapes broadcast, NaN compares false.</summary>
    public static Tensor operator >=(Tensor left, Tensor right) => right <= left;

    /// <summary>Where elements are at least a number.</summary>
    public static Tensor operator >=(Tensor left, double right) => Literal(right, left) <= left;

    /// <summary>Where a number is at least the elements.</summary>
    public static Tensor operator >=(double left, Tensor right) => right <= Literal(left, right);

    /// <summary>Where both masks are true; shapes broadcast.</summary>
    public static Tensor operator &(Tensor left, Tensor right)
    {
        (left, right) = Broadcasting.Align(nameof(And), left, right);
        return Primitives.And.Instance.Of(left, right);
    }

    /// <summary>Where at least one of two masks is true; shapes broadcast.</summary>
    public static Tensor operator |(Tensor left, Tensor right)
    {
        (left, right) = Broadcasting.Align(nameof(Or), left, right);
        return Primitives.Or.Instance.Of(left, right);
    }

    /// <summary>Where a mask is false.</summary>
    public static Tensor operator !(Tensor mask) => Primitives.Not.Instance.Of(Allowed.Given(mask));

    /// <summary>Elements of one tensor where a mask is true, of another where it is false; the three shapes broadcast.</summary>
    /// <remarks>
    /// The derivative is chosen by the same mask, element by element: what was not chosen contributes an exact 0 to tangents and cotangents, of any order,
    /// however it was computed and whatever its own slope, NaN and infinities included. So <c>Where(x > 0, x.Sqrt(), 0)</c> needs no second choice within.
    /// </remarks>
    /// <param name="mask">Which to take; the three shapes broadcast.</param>
    /// <param name="whenTrue">Taken where the mask is true; the shapes broadcast.</param>
    /// <param name="whenFalse">Taken where it is false; the shapes broadcast.</param>
    public static Tensor Where(Tensor mask, Tensor whenTrue, Tensor whenFalse)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(whenTrue);
        ArgumentNullException.ThrowIfNull(whenFalse);
        (mask, whenTrue, whenFalse) = Broadcasting.Align(nameof(Where), mask, whenTrue, whenFalse);
        return Primitives.Where.Instance.Of(mask, whenTrue, whenFalse);
    }

    /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
    public static Tensor Where(Tensor mask, Tensor whenTrue, double whenFalse) => Where(mask, whenTrue, Literal(whenFalse, Allowed.Given(whenTrue)));

    /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
    public static Tensor Where(Tensor mask, double whenTrue, Tensor whenFalse) => Where(mask, Literal(whenTrue, Allowed.Given(whenFalse)), whenFalse);

    /// <summary>Where elements are less than those of another tensor: the operator <c>&lt;</c>.</summary>
    public Tensor Less(Tensor other) => this < Allowed.Given(other);

    /// <summary>Where elements are less than a number.</summary>
    public Tensor Less(double other) => this < other;

    /// <summary>Where elements are at most those of another tensor: the operator <c>&lt;=</c>.</summary>
    public Tensor LessOrEqual(Tensor other) => this <= Allowed.Given(other);

    /// <summary>Where elements are at most a number.</summary>
    public Tensor LessOrEqual(double other) => this <= other;

    /// <summary>Where elements are greater than those of another tensor: the operator <c>></c>.</summary>
    public Tensor Greater(Tensor other) => this > Allowed.Given(other);

    /// <summary>Where elements are greater than a number.</summary>
    public Tensor Greater(double other) => this > other;

    /// <summary>Where elements are at least those of another tensor: the operator <c>>=</c>.</summary>
    public Tensor GreaterOrEqual(Tensor other) => this >= Allowed.Given(other);

    /// <summary>Where elements are at least a number.</summary>
    public Tensor GreaterOrEqual(double other) => this >= other;

    /// <summary>Where elements are equal; shapes broadcast. (The operator <c>==</c> compares references, as for every class.)</summary>
    public Tensor Equal(Tensor other) => Primitives.Equal.Instance.Broadcast(this, Allowed.Given(other));

    /// <summary>Where elements equal a number.</summary>
    public Tensor Equal(double other) => Equal(Literal(other, this));

    /// <summary>Where elements differ, NaN from everything; shapes broadcast.</summary>
    public Tensor NotEqual(Tensor other) => !Equal(Allowed.Given(other));

    /// <summary>Where elements differ from a number.</summary>
    public Tensor NotEqual(double other) => !Equal(other);

    /// <summary>Where both masks are true: the operator <c>&amp;</c>.</summary>
    public Tensor And(Tensor other) => this & Allowed.Given(other);

    /// <summary>Where at least one mask is true: the operator <c>|</c>.</summary>
    public Tensor Or(Tensor other) => this | Allowed.Given(other);

    /// <summary>Where the mask is false: the operator <c>!</c>.</summary>
    public Tensor Not() => !this;

    /// <summary>Where elements are neither infinite nor NaN.</summary>
    public Tensor IsFinite() => Primitives.IsFinite.Instance.Of(this);

    /// <summary>Where elements are NaN.</summary>
    public Tensor IsNaN() => NotEqual(this);

    /// <summary>Whether all elements of a mask are true; true for an empty one.</summary>
    public Tensor All() => !(!Mask()).Any();

    /// <summary>Whether all elements along an axis of a mask are true.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor All(int axis, bool keepAxis = false) => !(!Mask()).Any(Shape.Axis(axis), keepAxis);

    /// <summary>Whether an element of a mask is true; false for an empty one.</summary>
    public Tensor Any() => Mask().To(DType.Float32).Sum() > 0;

    /// <summary>Whether an element along an axis of a mask is true.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Any(int axis, bool keepAxis = false) => Mask().To(DType.Float32).Sum(Shape.Axis(axis), keepAxis) > 0;

    /// <summary>Where elements are at most a number, for the choice of an operation that warnings name.</summary>
    internal Tensor AtMost(double other, [CallerMemberName] string operation = "") => AtMost(Literal(other, this), operation);

    /// <inheritdoc cref="AtMost(double, string)"/>
    internal Tensor AtMost(Tensor other, [CallerMemberName] string operation = "") =>
        (Primitives.LessOrEqual.Instance with { Within = operation }).Broadcast(this, other);

    /// <summary>Where elements are below a number, for the choice of an operation that warnings name.</summary>
    internal Tensor Below(double other, [CallerMemberName] string operation = "") => Below(Literal(other, this), operation);

    /// <inheritdoc cref="Below(double, string)"/>
    internal Tensor Below(Tensor other, [CallerMemberName] string operation = "") =>
        (Primitives.Less.Instance with { Within = operation }).Broadcast(this, other);

    /// <summary>Where elements are above a number, for the choice of an operation that warnings name.</summary>
    internal Tensor Above(double other, [CallerMemberName] string operation = "") => Literal(other, this).Below(this, operation);

    /// <summary>Where elements equal a number, for the choice of an operation that warnings name; of none, if its name is empty: nothing happens
    /// there.</summary>
    internal Tensor Equals(double other, string operation) => Equals(Literal(other, this), operation);

    /// <inheritdoc cref="Equals(double, string)"/>
    internal Tensor Equals(Tensor other, string operation) => (Primitives.Equal.Instance with { Within = operation }).Broadcast(this, other);

    private Tensor Mask([CallerMemberName] string operation = "") => DType == DType.Bool
        ? this
        : throw new DTypeMismatchException($"{operation} works on masks, not on {Type}; make a mask by a comparison: tensor > 0.");
}
