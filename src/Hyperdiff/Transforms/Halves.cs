using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Sums of the positive and the negative part of a value, or of equal even powers of them, as what they add up to.</summary>
internal static class Halves
{
    private const int Deepest = 8;

    /// <summary>left + right: <c>max(x, 0)² + max(−x, 0)² = x²</c>, under equal sums and factors, and with other terms in between.</summary>
    public static Value? Sum(Value left, Value right, Emitter emit) => Sum(left, right, emit, 0) ?? Sum(right, left, emit, 0);

    /// <summary>left − right: <c>max(x, 0) − max(−x, 0) = x</c>.</summary>
    public static Value? Difference(Value left, Value right) =>
        Part(left) is ({ } x, true) && Part(right) is ({ } y, false) && x == y ? x : null;

    // one more term of a sum, joined with any of those before it
    private static Value? Sum(Value sum, Value term, Emitter emit, int depth)
    {
        if (Joined(sum, term, emit, 0) is { } joined)
        {
            return joined;
        }

        if (depth == Deepest || sum.Definition is not { Primitive: Add, Operands: [var earlier, var last] })
        {
            return null;
        }

        return Joined(last, term, emit, 0) is { } pair ? emit(Add.Instance, [earlier, pair])
            : Sum(earlier, term, emit, depth + 1) is { } rest ? emit(Add.Instance, [rest, last])
            : null;
    }

    private static Value? Joined(Value left, Value right, Emitter emit, int depth)
    {
        if (Power(left) is { } a && Power(right) is { } b && a.Of == b.Of && a.Positive != b.Positive && a.Exponent == b.Exponent)
        {
            return a.Exponent == 2 ? emit(Multiply.Instance, [a.Of, a.Of]) : emit(new NumberPower(a.Exponent), [a.Of]);
        }

        // max(x, 0) + min(x, 0) = x
        if ((Part(left) is ({ } p, true) && Lower(right) == p) || (Part(right) is ({ } q, true) && Lower(left) == q))
        {
            return Lower(right) ?? Lower(left);
        }

        if (depth > Deepest || left.Definition is not { } first || right.Definition is not { } second || !first.Primitive.Equals(second.Primitive))
        {
            return null;
        }

        return (first.Primitive, first.Operands, second.Operands) switch
        {
            (Primitives.Sum or Reshape or Permute or BroadcastTo or Negate, [var x], [var y]) =>
                Joined(x, y, emit, depth + 1) is { } joined ? emit(first.Primitive, [joined]) : null,
            (Multiply or Divide, [var x, var factor], [var y, var same]) when factor == same =>
                Joined(x, y, emit, depth + 1) is { } joined ? emit(first.Primitive, [joined, factor]) : null,
            (Multiply, [var factor, var x], [var same, var y]) when factor == same =>
                Joined(x, y, emit, depth + 1) is { } joined ? emit(first.Primitive, [factor, joined]) : null,
            _ => null,
        };
    }

    // an even power of a part
    private static (Value Of, bool Positive, double Exponent)? Power(Value value) => value.Definition switch
    {
        { Primitive: Multiply, Operands: [var x, var y] } when x == y && Side(x) is { } part => (part.Of, part.Positive, 2),
        { Primitive: NumberPower { Exponent: var power }, Operands: [var x] } when power > 0 && power % 2 == 0 && Side(x) is { } part =>
            (part.Of, part.Positive, power),
        _ => null,
    };

    // even powers do not tell min(x, 0) from max(−x, 0)
    private static (Value Of, bool Positive)? Side(Value value) => Part(value) ?? (Lower(value) is { } x ? (x, false) : null);

    /// <summary>max(x, 0) as x; max(−x, 0) as x on the other side.</summary>
    private static (Value Of, bool Positive)? Part(Value value) => value.Definition switch
    {
        { Primitive: Maximum, Operands: [var x, var y] } when IsZero(y) => Of(x),
        { Primitive: Maximum, Operands: [var x, var y] } when IsZero(x) => Of(y),
        { Primitive: Where, Operands: [{ Definition: { Primitive: Less or LessOrEqual, Operands: [var less, var more] } }, var x, var y] } =>
            IsZero(x) && less == y && IsZero(more) ? Of(y)
            : IsZero(y) && more == x && IsZero(less) ? Of(x)
            : null,
        _ => null,
    };

    /// <summary>min(x, 0) as x.</summary>
    private static Value? Lower(Value value) => value.Definition switch
    {
        { Primitive: Minimum, Operands: [var x, var y] } => IsZero(y) ? x : IsZero(x) ? y : null,
        { Primitive: Where, Operands: [{ Definition: { Primitive: Less or LessOrEqual, Operands: [var less, var more] } }, var x, var y] } =>
            IsZero(y) && less == x && IsZero(more) ? x
            : IsZero(x) && more == y && IsZero(less) ? y
            : null,
        _ => null,
    };

    private static (Value Of, bool Positive) Of(Value value) => value.Definition is { Primitive: Negate, Operands: [var x] } ? (x, false) : (value, true);

    private static bool IsZero(Value value) => KinkedForms.Constant(value) == 0;
}
