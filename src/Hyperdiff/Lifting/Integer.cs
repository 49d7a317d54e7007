using System.Globalization;

namespace Hyperdiff.Lifting;

/// <summary>An <c>int</c> of a lifted method: known while the method is traced, or traced: the step of a loop, or one of two by a condition. Used by generated
/// code.</summary>
/// <remarks>
/// A traced integer is held as a <c>float64</c> scalar, which holds every <c>int</c>; where C# would wrap around, or divide by zero, it is not a number, and
/// so is all that depends on it. The default value stands for a variable without a value.
/// </remarks>
public readonly struct Integer
{
    private readonly int _known;
    private readonly Tensor? _traced;
    private readonly bool _isAssigned;

    private Integer(int known) => (_known, _isAssigned) = (known, true);

    private Integer(Tensor traced) => (_traced, _isAssigned) = (traced, true);

    internal bool IsAssigned => _isAssigned;

    internal bool IsKnown => _traced is null;

    /// <summary>What stands where an integer operation under a condition would throw.</summary>
    internal static Integer NotANumber => new(Tensor.Scalar(double.NaN));

    /// <summary>An integer that is known.</summary>
    public static implicit operator Integer(int value) => new(value);

    /// <inheritdoc cref="Number.Known"/>
    public int Known(string expression) => _traced is null ? _known : throw Unknown.Value(expression);

    /// <summary>The integer as a <c>float64</c> scalar.</summary>
    public Tensor AsTensor() => _traced ?? Tensor.Scalar(_known);

    /// <summary>left + right.</summary>
    public static Integer operator +(Integer left, Integer right) => Both(left, right, static (x, y) => unchecked(x + y), static (x, y) => x + y);

    /// <summary>left + right, where overflow throws.</summary>
    public static Integer operator checked +(Integer left, Integer right) => Both(left, right, static (x, y) => checked(x + y), static (x, y) => x + y);

    /// <summary>left − right.</summary>
    public static Integer operator -(Integer left, Integer right) => Both(left, right, static (x, y) => unchecked(x - y), static (x, y) => x - y);

    /// <summary>left − right, where overflow throws.</summary>
    public static Integer operator checked -(Integer left, Integer right) => Both(left, right, static (x, y) => checked(x - y), static (x, y) => x - y);

    /// <summary>left · right.</summary>
    public static Integer operator *(Integer left, Integer right) => Both(left, right, static (x, y) => unchecked(x * y), static (x, y) => x * y);

    /// <summary>left · right, where overflow throws.</summary>
    public static Integer operator checked *(Integer left, Integer right) => Both(left, right, static (x, y) => checked(x * y), static (x, y) => x * y);

    /// <summary>The quotient of C#, rounded towards zero. Dividing by 0 under a condition is <see cref="LiftedCall.Divide"/>'s business.</summary>
    /// <exception cref="DivideByZeroException">Both are known, and the divisor is 0.</exception>
    public static Integer operator /(Integer left, Integer right) => Both(left, right, static (x, y) => x / y,
        static (x, y) => Tensor.Where(y.Equal(0), double.NaN, (x / y).Truncate()));

    /// <summary>The remainder of C#: its sign is that of the dividend.</summary>
    /// <exception cref="DivideByZeroException">Both are known, and the divisor is 0.</exception>
    public static Integer operator %(Integer left, Integer right) => left.IsKnown && right.IsKnown
        ? left._known % right._known : left - ((left / right) * right);

    /// <summary>−value.</summary>
    public static Integer operator -(Integer value) => unchecked(0 - value);

    /// <summary>−value, where overflow throws.</summary>
    public static Integer operator checked -(Integer value) => checked(0 - value);

    /// <summary>Whether left is less.</summary>
    public static Truth operator <(Integer left, Integer right) => Compare(left, right, static (x, y) => x < y, static (x, y) => x < y);

    /// <summary>Whether left is greater.</summary>
    public static Truth operator >(Integer left, Integer right) => right < left;

    /// <summary>Whether left is at most right.</summary>
    public static Truth operator <=(Integer left, Integer right) => Compare(left, right, static (x, y) => x <= y, static (x, y) => x <= y);

    /// <summary>Whether left is at least right.</summary>
    public static Truth operator >=(Integer left, Integer right) => right <= left;

    /// <summary>The operator <c>==</c> of C#.</summary>
    public static Truth Equal(Integer left, Integer right) => Compare(left, right, static (x, y) => x == y, static (x, y) => x.Equal(y));

    /// <summary>The operator <c>!=</c> of C#.</summary>
    public static Truth NotEqual(Integer left, Integer right) => !Equal(left, right);

    /// <summary><see cref="Math.Abs(int)"/>.</summary>
    public static Integer Abs(Integer x) => x._traced is { } traced ? new Integer(InRange(traced.Abs())) : Math.Abs(x._known);

    /// <summary><see cref="Math.Max(int, int)"/>.</summary>
    public static Integer Max(Integer x, Integer y) => Both(x, y, Math.Max, static (s, t) => s.Maximum(t));

    /// <summary><see cref="Math.Min(int, int)"/>.</summary>
    public static Integer Min(Integer x, Integer y) => Both(x, y, Math.Min, static (s, t) => s.Minimum(t));

    /// <summary><see cref="Math.Sign(int)"/>.</summary>
    public static Integer Sign(Integer x) => x._traced is { } traced ? new Integer(traced.Sign()) : Math.Sign(x._known);

    /// <inheritdoc/>
    public override string ToString() => _traced?.ToString() ?? _known.ToString(CultureInfo.InvariantCulture);

    internal static Integer Traced(Tensor traced) => new(traced);

    internal static Integer Choose(Tensor condition, Integer left, Integer right) => left.IsKnown && right.IsKnown && left._known == right._known
        ? left : new Integer(Tensor.Where(condition, left.AsTensor(), right.AsTensor()));

    internal Number AsNumber() => _traced is { } traced ? Number.Traced(traced) : _isAssigned ? _known : default(Number);

    private static Integer Both(Integer x, Integer y, Func<int, int, int> known, Func<Tensor, Tensor, Tensor> traced) =>
        x.IsKnown && y.IsKnown ? known(x._known, y._known) : new Integer(InRange(traced(x.AsTensor(), y.AsTensor())));

    private static Tensor InRange(Tensor result) => Tensor.Where((result >= int.MinValue) & (result <= int.MaxValue), result, double.NaN);

    private static Truth Compare(Integer x, Integer y, Func<int, int, bool> known, Func<Tensor, Tensor, Tensor> traced) =>
        x.IsKnown && y.IsKnown ? known(x._known, y._known) : Truth.Of(traced(x.AsTensor(), y.AsTensor()));
}
