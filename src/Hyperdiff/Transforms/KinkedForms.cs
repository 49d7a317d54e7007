using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Recognizes values that are an absolute value or a root of something smooth, however they are written.</summary>
internal sealed class KinkedForms(Rewrites.Emitter emit)
{
    private const int Deepest = 16;
    private const double Whole = 1e-9;

    private readonly Dictionary<Value, KinkedForm?> _known = [];
    private readonly Dictionary<Value, bool> _nonNegative = [];

    /// <summary>Whether a graph with this primitive may have such values: for the others there is nothing to do.</summary>
    public static bool MayStart(Primitive primitive) => primitive is Abs or Sqrt or Cbrt or Maximum or Minimum or Where or Sign or NumberPower;

    /// <summary>|x| or s^r as its base; null for a value that is none.</summary>
    public KinkedForm? Kinked(Value value)
    {
        if (!_known.TryGetValue(value, out KinkedForm? form))
        {
            _known[value] = form = Recognized(value, 0);
        }

        return form;
    }

    private KinkedForm? Recognized(Value value, int depth) => value.Definition switch
    {
        _ when depth > Deepest => null,
        { Primitive: Abs, Operands: [var x] } => KinkedForm.Absolute(x),
        { Primitive: Maximum, Operands: [var x, var y] } when AreOpposite(x, y) => KinkedForm.Absolute(x),
        { Primitive: Where, Operands: [var mask, var x, var y] } => AreOpposite(x, y) ? Choice(mask, x, y) : Root(mask, x, y),
        { Primitive: Divide, Operands: [var root, var scale] } => Recognized(root, depth + 1) is { IsAbsolute: false, Exponent: 0.5, Base: var s } && Unscaled(s, scale, 0) is { } sum ? new KinkedForm(sum, 0.5) : null,
        { Primitive: Sqrt, Operands: [var s] } when IsNonNegative(s, 0) => new KinkedForm(s, 0.5),
        { Primitive: Cbrt, Operands: [var s] } => new KinkedForm(s, 1.0 / 3),
        { Primitive: NumberPower { Exponent: var r }, Operands: [var s] } when r > 0 && r != Math.Round(r) && IsNonNegative(s, 0) => new KinkedForm(s, r),
        { Primitive: Reshape or BroadcastTo or Permute, Operands: [var x] } => Recognized(x, depth + 1) is { } form ? form with { Base = emit(value.Definition.Primitive, [form.Base]) } : null,
        _ => null,
    };

    /// <summary>A constant, looking through what only stretches it.</summary>
    public static double? Constant(Value value)
    {
        while (value.Definition is { Primitive: Reshape or BroadcastTo, Operands: [var moved] })
        {
            value = moved;
        }

        return value.Definition?.Primitive is Fill { Scalar: var scalar } ? scalar : null;
    }

    /// <summary>Whether y = −x.</summary>
    public static bool AreOpposite(Value x, Value y) =>
        (y.Definition is { Primitive: Negate, Operands: [var u] } && u == x)
        || (x.Definition is { Primitive: Negate, Operands: [var v] } && v == y)
        || (x.Definition is { Primitive: Subtract, Operands: [var a, var b] } && y.Definition is { Primitive: Subtract, Operands: [var c, var d] } && a == d && b == c);

    // x where x is positive, −x elsewhere
    private static KinkedForm? Choice(Value mask, Value x, Value y)
    {
        if (mask.Definition is not { Primitive: Less or LessOrEqual, Operands: [var less, var more] })
        {
            return null;
        }

        // a choice the other way round is −|x|
        return (Constant(less) == 0 && more == x) || (Constant(more) == 0 && less == y) ? KinkedForm.Absolute(x) : null;
    }

    // a root that is 0 at 0 by choice, with derivatives of 0 there: that of norms
    private static KinkedForm? Root(Value mask, Value whenZero, Value root)
    {
        if (mask.Definition is not { Primitive: Equal, Operands: [var s, var zero] } || Constant(zero) != 0 || Constant(whenZero) != 0)
        {
            return null;
        }

        double? power = root.Definition?.Primitive switch
        {
            Sqrt => 0.5,
            NumberPower { Exponent: var r } => r,
            _ => null,
        };
        return power is { } exponent && root.Definition!.Operands[0].Definition is { Primitive: Where, Operands: [var sameMask, var one, var sameSum] }
            && sameMask == mask && sameSum == s && Constant(one) is not null
            ? new KinkedForm(s, exponent)
            : null;
    }

    /// <summary>Σ u² from Σ (c u)², for norms that scale what they square: the scale would leave the range of numbers in the derivatives of the square.</summary>
    private Value? Unscaled(Value sum, Value scale, int depth) => sum.Definition switch
    {
        _ when depth > Deepest => null,
        { Primitive: Sum { Reduced: var summed } reduction, Operands: [{ Definition: { Primitive: Multiply, Operands: [var x, var y] } }] } when x == y && Factor(x, scale, summed) is { } u =>
            emit(reduction, [emit(Multiply.Instance, [u, u])]),
        { Primitive: Multiply, Operands: [var x, var y] } when x == y && Factor(x, scale, []) is { } u => emit(Multiply.Instance, [u, u]),
        { Primitive: Divide, Operands: [var numerator, var number] } when Constant(number) is not null => Unscaled(numerator, scale, depth + 1) is { } part ? emit(Divide.Instance, [part, number]) : null,
        { Primitive: Reshape reshape, Operands: [var inner] } => Unscaled(inner, scale, depth + 1) is { } moved ? emit(reshape, [moved]) : null,
        _ => null,
    };

    // u, where c is the same along the axes that are summed over
    private static Value? Factor(Value product, Value scale, Axes summed)
    {
        return product.Definition is not { Primitive: Multiply, Operands: [var x, var y] } ? null : Stretches(y) ? x : Stretches(x) ? y : null;

        bool Stretches(Value stretched)
        {
            while (stretched.Definition is { Primitive: BroadcastTo or Reshape, Operands: [var inner] })
            {
                if (inner == scale)
                {
                    return inner.Type.Shape.ElementCount == 1 || (stretched.Definition.Primitive is Reshape && summed.Count == 0)
                        || (inner.Type.Shape.Rank == product.Type.Shape.Rank && stretched.Definition.Primitive is BroadcastTo && summed.Items.All(axis => inner.Type.Shape[axis] == 1));
                }

                if (stretched.Definition.Primitive is BroadcastTo || summed.Count > 0)
                {
                    return false;
                }

                stretched = inner;
            }

            return stretched == scale && summed.Items.All(axis => scale.Type.Shape[axis] == 1);
        }
    }

    /// <summary>Whether a value is a square, a sum of squares or the like.</summary>
    public bool IsNonNegative(Value value) => IsNonNegative(value, 0);

    private bool IsNonNegative(Value value, int depth)
    {
        if (depth > Deepest)
        {
            return false;
        }

        if (!_nonNegative.TryGetValue(value, out bool known))
        {
            bool Is(Value operand) => IsNonNegative(operand, depth + 1);
            _nonNegative[value] = known = value.Definition switch
            {
                { Primitive: Multiply, Operands: [var x, var y] } => x == y || (Is(x) && Is(y)),
                { Primitive: Add or Divide or Maximum or Minimum, Operands: [var x, var y] } => Is(x) && Is(y),
                { Primitive: Sum or Max or Min or Reshape or BroadcastTo or Permute or Slice or Take, Operands: [var x, ..] } => Is(x),
                { Primitive: Abs or Exp or Sqrt or Sigmoid or Softplus or Cosh } => true,
                { Primitive: NumberPower { Exponent: var power }, Operands: [var x] } => power % 2 == 0 || Is(x),
                { Primitive: Where, Operands: [_, var x, var y] } => Is(x) && Is(y),
                { Primitive: Fill { Scalar: var scalar } } => scalar >= 0,
                _ => false,
            };
        }

        return known;
    }

    /// <summary>A value s^r or |x| with a kink, or a slope without end, where its base is 0.</summary>
    /// <param name="Base">s or x.</param>
    /// <param name="Exponent">r; 1 for an absolute value.</param>
    internal sealed record KinkedForm(Value Base, double Exponent)
    {
        /// <summary>Whether this is |x|.</summary>
        public bool IsAbsolute { get; private init; }

        public static KinkedForm Absolute(Value x) => new(x, 1) { IsAbsolute = true };

        /// <summary>The whole power of the base that a power of this is; null if it is none, or none without a kink.</summary>
        public int? Smooth(int power)
        {
            double whole = Math.Round(Exponent * power);
            return IsAbsolute ? power % 2 == 0 ? power : null : Math.Abs((Exponent * power) - whole) < Whole && whole >= 1 ? (int)whole : null;
        }
    }
}
