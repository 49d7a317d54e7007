using System.Collections.Immutable;
using System.Globalization;

namespace Hyperdiff;

/// <summary>A number of an optimizer, as a pure function of the number t of steps already taken: 0 at the first step.</summary>
/// <remarks>
/// A number and a tensor are schedules that do not change, so that <c>Optimizer.Sgd(0.1)</c>, <c>Optimizer.Sgd(rate)</c> and
/// <c>Optimizer.Sgd(Schedule.Cosine(rate, 100))</c> are all written the same way. What a schedule is made of is differentiated like any tensor. Values are
/// float64 scalars, and take the element type of the leaf that they meet.
/// </remarks>
public sealed class Schedule
{
    private readonly Func<Tensor, Tensor> _value;
    private readonly string _name;

    private Schedule(string name, Func<Tensor, Tensor> value, double? known = null) => (_name, _value, Known) = (name, value, known);

    /// <summary>The functions of the caller's that it is made of.</summary>
    internal ImmutableArray<Delegate> Functions { get; private init; } = [];

    /// <summary>The value, if it is a plain number that never changes.</summary>
    internal double? Known { get; }

    /// <summary>A number that does not change.</summary>
    public static implicit operator Schedule(double value) => Constant(value);

    /// <summary>A scalar that does not change, and is differentiated.</summary>
    public static implicit operator Schedule(Tensor value) => Constant(value);

    /// <summary>A number that does not change.</summary>
    public static Schedule Constant(double value) => new(value.ToString(CultureInfo.InvariantCulture), _ => Tensor.Scalar(value), value);

    /// <summary>A scalar that does not change, and is differentiated.</summary>
    /// <exception cref="ShapeMismatchException">The tensor is not a floating scalar.</exception>
    public static Schedule Constant(Tensor value)
    {
        Tensor scalar = Scalar(value, nameof(Constant));
        return new Schedule("a tensor", _ => scalar);
    }

    /// <summary>A step down every so often: <c>v · qᵏ</c> with <c>k = ⌊t/every⌋</c>.</summary>
    /// <param name="initial">v, the value at step 0.</param>
    /// <param name="every">The number of steps between changes.</param>
    /// <param name="factor">q, the factor of a change, dimensionless.</param>
    /// <exception cref="ArgumentOutOfRangeException">A plain number is negative or not finite: no optimizer has a use for one.</exception>
    public static Schedule Step(Schedule initial, int every, Schedule factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        return Of("steps", NonNegative(initial, nameof(initial)), NonNegative(factor, nameof(factor)), (t, v, q) => v * q.Pow((t / every).Floor()));
    }

    /// <summary>Exponential decay: <c>v · qᵗ</c>.</summary>
    /// <param name="initial">v, the value at step 0.</param>
    /// <param name="factor">q, the factor of a change, dimensionless.</param>
    /// <exception cref="ArgumentOutOfRangeException">A plain number is negative or not finite: no optimizer has a use for one.</exception>
    public static Schedule Exponential(Schedule initial, Schedule factor) =>
        Of("exponential decay", NonNegative(initial, nameof(initial)), NonNegative(factor, nameof(factor)), (t, v, q) => v * q.Pow(t));

    /// <summary>Decay with the inverse of time: <c>v / (1 + q t)</c>.</summary>
    /// <param name="initial">v, the value at step 0.</param>
    /// <param name="decay">q, per step, dimensionless.</param>
    /// <exception cref="ArgumentOutOfRangeException">A plain number is negative or not finite: no optimizer has a use for one.</exception>
    public static Schedule InverseTime(Schedule initial, Schedule decay) =>
        Of("inverse time", NonNegative(initial, nameof(initial)), NonNegative(decay, nameof(decay)), (t, v, q) => v / (1 + (q * t)));

    /// <summary>Half a period of a cosine, and its end from then on: <c>u + ½ (v − u) (1 + cos(π min(t, T)/T))</c>.</summary>
    /// <remarks>Source: Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", arXiv:1608.03983, equation (5), without
    /// restarts.</remarks>
    /// <param name="initial">v, the value at step 0.</param>
    /// <param name="steps">T, the number of steps until it has come to its end.</param>
    /// <param name="last">u; 0 if absent.</param>
    /// <exception cref="ArgumentOutOfRangeException">A plain number is negative or not finite: no optimizer has a use for one.</exception>
    public static Schedule Cosine(Schedule initial, int steps, Schedule? last = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return Of("cosine", NonNegative(initial, nameof(initial)), NonNegative(last ?? 0, nameof(last)),
            (t, v, u) => u + (0.5 * (v - u) * (1 + (t.Minimum(steps) * (Math.PI / steps)).Cos())));
    }

    /// <summary>A linear rise before another schedule: <c>s(0) · (t + 1)/(T + 1)</c> while t &lt; T, and <c>s(t − T)</c> then.</summary>
    /// <param name="steps">T, the number of steps of the rise.</param>
    /// <param name="then">s, the schedule that follows, with its own count of steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A plain number is negative or not finite: no optimizer has a use for one.</exception>
    public static Schedule Warmup(int steps, Schedule then)
    {
        _ = NonNegative(then, nameof(then));
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new Schedule($"warm-up, then {then}", t => (((t + 1) / (steps + 1)).Minimum(1)) * then._value((t - steps).Maximum(0)))
        {
            Functions = then.Functions,
        };
    }

    /// <summary>A schedule of one's own.</summary>
    /// <param name="value">The float64 scalar t to a floating scalar, finite and not negative: a pure function, which may capture tensors and is differentiated
    /// in them.</param>
    public static Schedule From(Func<Tensor, Tensor> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Schedule("a function", t => Returned(Scalar(value(t), nameof(From)), t)) { Functions = [value] };
    }

    /// <summary>The value before step t + 1, a float64 scalar.</summary>
    /// <param name="taken">t, a scalar.</param>
    /// <exception cref="ShapeMismatchException">t is not a scalar.</exception>
    public Tensor At(Tensor taken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        return taken.Rank == 0 ? _value(taken.To(DType.Float64))
            : throw new ShapeMismatchException($"Schedule.At: the number of steps is {taken.Type}, not a scalar.");
    }

    /// <summary>The value before step t + 1.</summary>
    /// <param name="taken">t, at least 0.</param>
    public Tensor At(int taken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(taken);
        return _value(Tensor.Scalar(taken));
    }

    /// <summary>What kind of schedule it is.</summary>
    public override string ToString() => _name;

    /// <summary>Throws if it is a plain number outside a range; what tensors hold is the caller's word.</summary>
    internal Schedule Require(double least, bool includesLeast, double below, string parameter) =>
        Known is { } value && !(value >= least && value < below && (includesLeast || value > least))
        ? throw new ArgumentOutOfRangeException(parameter, value,
            string.Create(CultureInfo.InvariantCulture, $"The number must be {(includesLeast ? "at least" : "above")} {least} and below {below}."))
        : this;

    /// <summary>The schedule, unless it is known to be a number that is not above 0 and finite.</summary>
    internal static Schedule Positive(Schedule number, string parameter) =>
        Allowed.Given(number, parameter).Require(0, includesLeast: false, double.PositiveInfinity, parameter);

    /// <summary>The schedule, unless it is known to be a number that is not at least 0 and finite.</summary>
    internal static Schedule NonNegative(Schedule number, string parameter) =>
        Allowed.Given(number, parameter).Require(0, includesLeast: true, double.PositiveInfinity, parameter);

    /// <summary>The schedule, unless it is known to be a number that is not at least 0 and below 1.</summary>
    internal static Schedule Fraction(Schedule number, string parameter) => Allowed.Given(number, parameter).Require(0, includesLeast: true, 1, parameter);

    private static Schedule Of(string name, Schedule first, Schedule second, Func<Tensor, Tensor, Tensor, Tensor> value) =>
        new(name, t => value(t, first._value(t), second._value(t))) { Functions = [.. first.Functions, .. second.Functions] };

    // where it is known, and not part of what is traced
    private static Tensor Returned(Tensor value, Tensor taken) => value.IsTraced || taken.IsTraced || value.ToScalar() is >= 0 and < double.PositiveInfinity
        ? value
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"Schedule.From: the function returned {value.ToScalar()} after {taken.ToScalar()} steps; numbers of optimizers are finite and not negative."));

    private static Tensor Scalar(Tensor value, string operation)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Rank == 0 && value.DType.IsFloating()
            ? value.To(DType.Float64)
            : throw new ShapeMismatchException(
                $"Schedule.{operation}: a number of an optimizer is a floating scalar, not {value.Type}; where every element has a number of its own, scale "
                    + $"the gradient by them.");
    }
}
