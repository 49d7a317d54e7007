using System.Globalization;

namespace Hyperdiff.Lifting;

/// <summary>A <c>double</c> of a lifted method: a number that is known while the method is traced, or a traced scalar. Used by generated code.</summary>
/// <remarks>
/// What is known is computed as C# computes it, at once; so is what is traced, later: the lifted method gives what the method itself gives, to the last bit on
/// the reference backend. The default value stands for a variable without a value.
/// </remarks>
public readonly partial struct Number
{
    private readonly double _known;
    private readonly Tensor? _traced;
    private readonly bool _isAssigned;

    private Number(double known) => (_known, _isAssigned) = (known, true);

    private Number(Tensor traced) => (_traced, _isAssigned) = (traced, true);

    internal bool IsAssigned => _isAssigned;

    /// <summary>Whether the value is there while the method is traced.</summary>
    internal bool IsKnown => _traced is null;

    /// <summary>A number that is known.</summary>
    public static implicit operator Number(double value) => new(value);

    /// <summary>An integer as a number, as C# converts it.</summary>
    public static implicit operator Number(Integer value) => value.AsNumber();

    /// <summary>A scalar of type <c>float64</c>.</summary>
    /// <param name="scalar">The tensor, of shape [].</param>
    /// <exception cref="ArgumentException">It is not such a scalar.</exception>
    public static Number Of(Tensor scalar)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        return scalar.Type.IsLike(new TensorType(DType.Float64, Shape.Scalar))
            ? new Number(scalar)
            : throw new ArgumentException($"A number is a float64 scalar, not {scalar.Type}.", nameof(scalar));
    }

    /// <summary>The number as a scalar of type <c>float64</c>.</summary>
    public Tensor AsTensor() => _traced ?? Tensor.Scalar(_known);

    /// <summary>The number as a scalar of another floating type, rounded as C# rounds it.</summary>
    /// <param name="dtype">The element type.</param>
    /// <exception cref="DTypeMismatchException">The number is traced, and the element type is not a floating one.</exception>
    public Tensor AsTensor(DType dtype) => _traced is null ? Tensor.Scalar(_known, dtype) : dtype.IsFloating() ? _traced.To(dtype)
        : throw new DTypeMismatchException($"A number that may be traced is floating, and cannot be {dtype}.");

    /// <summary>What a function gives of this number and a tensor. As a number in an expression does, it takes the element type of the tensor.</summary>
    /// <param name="tensor">The tensor, of any shape.</param>
    /// <param name="function">The number as a scalar, and the tensor ↦ the result.</param>
    /// <exception cref="DTypeMismatchException">The tensor is int32, and the number is traced or not whole.</exception>
    public Tensor Beside(Tensor tensor, Func<Tensor, Tensor, Tensor> function)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(function);
        Tensor scalar = _traced is null ? Tensor.Literal(_known, tensor) : tensor.DType.IsFloating() ? _traced.To(tensor.DType) : _traced;
        return function(scalar, tensor);
    }

    /// <summary>The value, where C# needs one.</summary>
    /// <param name="expression">How the user wrote it, for the message.</param>
    /// <exception cref="NotSupportedException">It depends on a parameter.</exception>
    public double Known(string expression) => _traced is null ? _known : throw Unknown.Value(expression);

    /// <summary>left + right.</summary>
    public static Number operator +(Number left, Number right) => Both(left, right, static (x, y) => x + y, static (x, y) => x + y);

    /// <summary>left − right.</summary>
    public static Number operator -(Number left, Number right) => Both(left, right, static (x, y) => x - y, static (x, y) => x - y);

    /// <summary>left · right.</summary>
    public static Number operator *(Number left, Number right) => Both(left, right, static (x, y) => x * y, static (x, y) => x * y);

    /// <summary>left / right.</summary>
    public static Number operator /(Number left, Number right) => Both(left, right, static (x, y) => x / y, static (x, y) => x / y);

    /// <summary>The remainder of C#: its sign is that of the dividend.</summary>
    public static Number operator %(Number left, Number right) => Both(left, right, static (x, y) => x % y, static (x, y) =>
    {
        // of numbers without a sign the floored remainder is the truncated one; −0 stays what it is
        Tensor remainder = x.Abs().Mod(y.Abs());
        return Tensor.Where(x.Equal(0) & remainder.Equal(0), x, Tensor.Where(x < 0, -remainder, remainder));
    });

    /// <summary>−value.</summary>
    public static Number operator -(Number value) => value._traced is { } traced ? new Number(-traced) : new Number(-value._known);

    /// <summary>Whether left is less.</summary>
    public static Truth operator <(Number left, Number right) => Compare(left, right, static (x, y) => x < y, static (x, y) => x < y);

    /// <summary>Whether left is greater.</summary>
    public static Truth operator >(Number left, Number right) => Compare(left, right, static (x, y) => x > y, static (x, y) => x > y);

    /// <summary>Whether left is at most right.</summary>
    public static Truth operator <=(Number left, Number right) => Compare(left, right, static (x, y) => x <= y, static (x, y) => x <= y);

    /// <summary>Whether left is at least right.</summary>
    public static Truth operator >=(Number left, Number right) => Compare(left, right, static (x, y) => x >= y, static (x, y) => x >= y);

    /// <summary>The operator <c>==</c> of C#.</summary>
    public static Truth Equal(Number left, Number right) => Compare(left, right, static (x, y) => x == y, static (x, y) => x.Equal(y));

    /// <summary>The operator <c>!=</c> of C#.</summary>
    public static Truth NotEqual(Number left, Number right) => !Equal(left, right);

    /// <inheritdoc/>
    public override string ToString() => _traced?.ToString() ?? _known.ToString(CultureInfo.InvariantCulture);

    /// <summary>One of two, by a condition that is not known.</summary>
    internal static Number Choose(Tensor condition, Number left, Number right) =>
        left.IsKnown && right.IsKnown && BitConverter.DoubleToInt64Bits(left._known) == BitConverter.DoubleToInt64Bits(right._known)
            ? left : new Number(Tensor.Where(condition, left.AsTensor(), right.AsTensor()));

    internal static Number Traced(Tensor traced) => new(traced);

    private static Number Map(Number x, Func<double, double> known, Func<Tensor, Tensor> traced) =>
        x._traced is { } tensor ? new Number(traced(tensor)) : new Number(known(x._known));

    private static Number Both(Number x, Number y, Func<double, double, double> known, Func<Tensor, Tensor, Tensor> traced) =>
        x.IsKnown && y.IsKnown ? new Number(known(x._known, y._known)) : new Number(traced(x.AsTensor(), y.AsTensor()));

    private static Truth Compare(Number x, Number y, Func<double, double, bool> known, Func<Tensor, Tensor, Tensor> traced) =>
        x.IsKnown && y.IsKnown ? known(x._known, y._known) : Truth.Of(traced(x.AsTensor(), y.AsTensor()));
}
