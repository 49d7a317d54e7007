using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Recognizes values that are an absolute value or a root of something smooth, however they are written.</summary>
internal sealed class KinkedForms(Emitter emit)
{
    private const int Deepest = 16;
    private const double Whole = 1e-9;

    private readonly Dictionary<Value, KinkedForm?> _known = [];
    private readonly Dictionary<Value, bool> _nonNegative = [];

    /// <summary>Whether a graph with this primitive may have such values: for the others there is nothing to do.</summary>
    public static bool MayStart(Primitive primitive) =>
        primitive is Abs or EuclideanNorm or PowerNorm or Hypot or Sqrt or Cbrt or Maximum or Minimum or Where or Sign or NumberPower;

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
        { Primitive: EuclideanNorm { Reduced: var axes }, Operands: [var x] } => Norm(axes, x.Definition is { Primitive: Negate, Operands: [var of] } ? of : x),
        { Primitive: PowerNorm { Power: var power, Reduced: var axes }, Operands: [var x] } =>
            new KinkedForm(emit(new Sum(axes), [emit(new NumberPower(power), [emit(Abs.Instance, [x])])]), 1 / power),
        { Primitive: Hypot, Operands: [var x, var y] } when !IsAwayFromZero(x) && !IsAwayFromZero(y) =>
            new KinkedForm(emit(Add.Instance, [emit(Multiply.Instance, [x, x]), emit(Multiply.Instance, [y, y])]), 0.5),
        { Primitive: Sqrt, Operands: [var s] } when IsNonNegative(s, 0) => new KinkedForm(s, 0.5),
        { Primitive: Cbrt, Operands: [var s] } => new KinkedForm(s, 1.0 / 3),
        { Primitive: NumberPower { Exponent: var r }, Operands: [var s] } when r > 0 && r != Math.Round(r) && IsNonNegative(s, 0) => new KinkedForm(s, r),
        { Primitive: Concat join, Operands: var parts } => Joined(join, [.. parts.Select(part => Recognized(part, depth + 1))]),
        { Primitive: var move, Operands: [var x, .. var indices] } when Moves(move, x) =>
            Recognized(x, depth + 1)?.Moved(part => emit(move, [part, .. indices])),
        { Primitive: var odd, Operands: [var x] } when IsOdd(odd) => Recognized(x, depth + 1) is { IsAbsolute: true } form ? form.Of(odd, emit) : null,
        { Primitive: Multiply or Divide, Operands: [var x, var factor] } when Constant(factor) is not null =>
            Recognized(x, depth + 1) is { IsAbsolute: true } form ? form.Of(value.Definition.Primitive, emit, factor) : null,
        { Primitive: Multiply, Operands: [var factor, var x] } when Constant(factor) is not null =>
            Recognized(x, depth + 1) is { IsAbsolute: true } form ? form.Of(Multiply.Instance, emit, factor) : null,
        _ => null,
    };

    /// <summary>A root as u (v / u), with a constant u, the number that it has or 1 where that is 0: u, and the base of v / u, smooth and about 1.</summary>
    public (Value Unit, Value Base) Scaled(Value value)
    {
        Equation definition = value.Definition!;
        ImmutableArray<Value> operands = definition.Operands;
        if (definition.Primitive is Concat join)
        {
            (Value Unit, Value Base)[] parts = [.. operands.Select(Scaled)];
            return (emit(join, [.. parts.Select(part => part.Unit)]), emit(join, [.. parts.Select(part => part.Base)]));
        }

        if (Moves(definition.Primitive, operands[0]))
        {
            (Value inner, Value smooth) = Scaled(operands[0]);
            return (emit(definition.Primitive, [inner, .. operands[1..]]), emit(definition.Primitive, [smooth, .. operands[1..]]));
        }

        Value isZero = emit(Equal.Instance, [value, emit(new Fill(0, value.Type), [])]);
        Value unit = Constant(value);
        KinkedForm form = Kinked(value)!;
        return (unit, definition.Primitive switch
        {
            EuclideanNorm norm => emit(new Sum(norm.Reduced), [Squared(Quotient(norm))]),
            PowerNorm norm => emit(new Sum(norm.Reduced), [emit(new NumberPower(norm.Power), [emit(Abs.Instance, [Quotient(norm)])])]),
            Hypot => emit(Add.Instance, [.. operands.Select(part => Squared(emit(Divide.Instance, [part, unit])))]),
            _ => emit(Divide.Instance, [form.Base, Constant(form.Base)]),
        });

        Value Constant(Value number) =>
            emit(StopGradient.OfInvariant, [emit(Where.Instance, [isZero, emit(new Fill(1, number.Type), []), number])]);

        Value Squared(Value x) => emit(Multiply.Instance, [x, x]);

        Value Quotient(Reduction norm)
        {
            Shape whole = operands[0].Type.Shape;
            return emit(Divide.Instance, [operands[0], emit(new BroadcastTo(whole), [emit(new Reshape(norm.Kept(whole)), [unit])])]);
        }
    }

    private KinkedForm Norm(Axes axes, Value x) => new(emit(new Sum(axes), [emit(Multiply.Instance, [x, x])]), 0.5);

    // f(−x) = −f(x), and so an even number of them, each of |x|, is that many of x
    private static bool IsOdd(Primitive primitive) => primitive is Sin or Tan or Sinh or Tanh or Asin or Atan or Asinh or Atanh or Erf or ErfInv;

    // what takes elements as they are, and so the same elements of the base
    private static bool Moves(Primitive primitive, Value moved) =>
        primitive is Reshape or BroadcastTo or Permute or Slice or Take || (primitive is Primitives.Convert { Target: DType.Float32 or DType.Float64 }
            && moved.Type.DType.IsFloating());

    private KinkedForm? Joined(Concat join, KinkedForm?[] parts) => parts is [{ } first, ..] && parts.All(part => part is not null && part.HasKindOf(first))
        ? new KinkedForm(emit(join, [.. parts.Select(part => part!.Base)]), first.Exponent)
        {
            Root = first.IsAbsolute ? emit(join, [.. parts.Select(part => part!.Root!)]) : null,
        }
        : null;

    /// <summary>A constant, looking through what only stretches it.</summary>
    public static double? Constant(Value value)
    {
        while (value.Definition is { Primitive: Reshape or BroadcastTo, Operands: [var moved] })
        {
            value = moved;
        }

        return value.Definition?.Primitive is Fill { Scalar: var scalar } ? scalar : null;
    }

    // √(x² + 1) has no kink, and its square no range to spare
    private static bool IsAwayFromZero(Value value) => Constant(value) is { } constant && constant != 0;

    /// <summary>Whether y = −x.</summary>
    public static bool AreOpposite(Value x, Value y) =>
        (y.Definition is { Primitive: Negate, Operands: [var u] } && u == x)
        || (x.Definition is { Primitive: Negate, Operands: [var v] } && v == y)
        || (x.Definition is { Primitive: Subtract, Operands: [var a, var b] } && y.Definition is { Primitive: Subtract, Operands: [var c, var d] }
            && a == d && b == c);

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
                { Primitive: Abs or EuclideanNorm or PowerNorm or Hypot or Exp or Sqrt or Sigmoid or Softplus or Cosh } => true,
                { Primitive: NumberPower { Exponent: var power }, Operands: [var x] } => power % 2 == 0 || Is(x),
                { Primitive: Where, Operands: [_, var x, var y] } => Is(x) && Is(y),
                { Primitive: Fill { Scalar: var scalar } } => scalar >= 0,
                _ => false,
            };
        }

        return known;
    }

    /// <summary>A value s^r, |x| or an odd function of |x|, with a kink, or a slope without end, where its base is 0.</summary>
    /// <param name="Base">s, x, or the odd function of x.</param>
    /// <param name="Exponent">r; 1 for an absolute value.</param>
    internal sealed record KinkedForm(Value Base, double Exponent)
    {
        /// <summary>x of an odd function of |x|; null for a root.</summary>
        public Value? Root { get; init; }

        /// <summary>Whether this is |x|, or an odd function of it.</summary>
        public bool IsAbsolute => Root is not null;

        /// <summary>What factors have in common whose kinks cancel: the number that they are roots of, or the x of odd functions of |x|.</summary>
        public object Kind => Root is { } x ? (true, x) : this;

        /// <summary>The form of what takes elements as they are.</summary>
        public KinkedForm Moved(Func<Value, Value> move) => this with { Base = move(Base), Root = Root is { } x ? move(x) : null };

        /// <summary>The form of an odd function of this.</summary>
        public KinkedForm Of(Primitive odd, Emitter emit, params ReadOnlySpan<Value> constants) => this with { Base = emit(odd, [Base, .. constants]) };

        /// <summary>Whether both are absolute values, or the same power of something.</summary>
        public bool HasKindOf(KinkedForm other) => IsAbsolute == other.IsAbsolute && Exponent == other.Exponent;

        // |−x| = |x|
        public static KinkedForm Absolute(Value x) =>
            x.Definition is { Primitive: Negate, Operands: [var opposite] } ? Absolute(opposite) : new KinkedForm(x, 1) { Root = x };

        /// <summary>The whole power of the base that a power of this is; null if it is none, or none without a kink.</summary>
        public int? Smooth(int power)
        {
            double whole = Math.Round(Exponent * power);
            return IsAbsolute ? power % 2 == 0 ? power : null : Math.Abs((Exponent * power) - whole) < Whole && whole >= 1 ? (int)whole : null;
        }
    }
}
