using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Sums and products of the same function of the greater and of the smaller of two values, as those of the two: <c>max(a, b) min(a, b) = a b</c>,
/// <c>f(max(a, b)) + f(min(a, b)) = f(a) + f(b)</c>.</summary>
internal static class OrderedPairs
{
    private const int Deepest = 8;

    /// <summary>left + right.</summary>
    public static Value? Sum(Value left, Value right, Emitter emit) =>
        Apart(left, right, emit, primitive => primitive is Primitives.Sum || IsOfElements(primitive)) is ({ } a, { } b) ? emit(Add.Instance, [a, b]) : null;

    /// <summary>left · right.</summary>
    public static Value? Product(Value left, Value right, Emitter emit) =>
        Apart(left, right, emit, IsOfElements) is ({ } a, { } b) ? emit(Multiply.Instance, [a, b]) : null;

    /// <summary>left − right, of the two themselves.</summary>
    public static Value? Difference(Value left, Value right, Emitter emit) =>
        Ordered(left, right) is ({ } a, { } b) && left.Definition!.Primitive is Maximum ? emit(Abs.Instance, [emit(Subtract.Instance, [a, b])]) : null;

    private static bool IsOfElements(Primitive primitive) => primitive is Unary or NumberPower or Reshape or Permute or BroadcastTo;

    private static (Value A, Value B)? Apart(Value left, Value right, Emitter emit, Func<Primitive, bool> passes, int depth = 0)
    {
        if (Ordered(left, right) is { } pair)
        {
            return pair;
        }

        if (depth == Deepest || left.Definition is not { } first || right.Definition is not { } second || !first.Primitive.Equals(second.Primitive))
        {
            return null;
        }

        return (first.Primitive, first.Operands, second.Operands) switch
        {
            (var function, [var x], [var y]) when passes(function) => Next(x, y) is ({ } a, { } b) ? (emit(function, [a]), emit(function, [b])) : null,
            (Multiply, [var x, var factor], [var y, var same]) when x == factor && y == same =>
                Next(x, y) is ({ } a, { } b) ? (emit(Multiply.Instance, [a, a]), emit(Multiply.Instance, [b, b])) : null,
            _ => null,
        };

        (Value A, Value B)? Next(Value x, Value y) => Apart(x, y, emit, passes, depth + 1);
    }

    // max(a, b) and min(a, b), either way round
    private static (Value A, Value B)? Ordered(Value left, Value right) => (left.Definition, right.Definition) switch
    {
        ({ Primitive: Maximum, Operands: [var a, var b] }, { Primitive: Minimum, Operands: [var c, var d] }) when Same(a, b, c, d) => (a, b),
        ({ Primitive: Minimum, Operands: [var a, var b] }, { Primitive: Maximum, Operands: [var c, var d] }) when Same(a, b, c, d) => (a, b),
        _ => null,
    };

    private static bool Same(Value a, Value b, Value c, Value d) => (a == c && b == d) || (a == d && b == c);
}
