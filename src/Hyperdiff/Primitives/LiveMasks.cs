using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>What the rules for live operands share. A mask that is null is true everywhere.</summary>
internal static class LiveMasks
{
    /// <summary>How many conjunctions are looked through for a mask: enough for what one rule writes, and bounded so that chains of choices stay linear in
    /// their length.</summary>
    private const int Depth = 4;

    /// <summary>The tensors alone.</summary>
    public static Tensor[] Tensors(ReadOnlySpan<LiveOperand> operands)
    {
        var tensors = new Tensor[operands.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = operands[i].Tensor;
        }

        return tensors;
    }

    /// <summary>An operation that moves or repeats elements: what it does to its first operand it does to the mask.</summary>
    public static LiveResult Moved(Operation operation, ReadOnlySpan<LiveOperand> operands)
    {
        Tensor[] tensors = Tensors(operands);
        Tensor result = operation.Of(tensors);
        return new LiveResult(result, operands[0].Mask is { } mask ? operation.Of([mask, .. tensors[1..]]) : null);
    }

    /// <summary>An operation that adds elements up: a sum is live where one of its terms is.</summary>
    public static LiveResult Added(Operation operation, ReadOnlySpan<LiveOperand> operands)
    {
        Tensor[] tensors = Tensors(operands);
        Tensor result = operation.Of(tensors);
        return new LiveResult(result, operands[0].Mask is { } mask ? operation.Of([mask.To(result.DType), .. tensors[1..]]) > 0 : null);
    }

    /// <summary>A sum of two operands, of which one may be known, and is therefore 0.</summary>
    public static LiveResult Sum(Tensor result, ReadOnlySpan<LiveOperand> operands) => new(
        result, !operands[1].IsLinear ? operands[0].Mask : !operands[0].IsLinear ? operands[1].Mask : Either(operands[0].Mask, operands[1].Mask));

    /// <summary>A product with known elements: 0 where not live, also if those are infinite or no numbers there.</summary>
    /// <param name="product">The product, possibly 0·∞ where not live.</param>
    /// <param name="mask">Where it is live.</param>
    /// <param name="bounded">Whether the known elements are seen to be finite, so that nothing needs to be chosen.</param>
    public static LiveResult Product(Tensor product, Tensor? mask, bool bounded) => new(bounded ? product : Kept(product, mask), mask);

    /// <summary>The number that a tensor repeats, if it is seen to be one.</summary>
    public static double? Number(Tensor tensor) => tensor.Storage switch
    {
        UniformStorage uniform => uniform.Value,
        TracedStorage { Value.Definition.Primitive: Fill fill } => fill.Scalar,
        _ => null,
    };

    /// <summary>The tensor where live, 0 elsewhere.</summary>
    public static Tensor Kept(Tensor tensor, Tensor? mask) => mask is null ? tensor : Where.Instance.Of(mask, tensor, Tensor.ZerosLike(tensor));

    /// <summary>Live where either is.</summary>
    public static Tensor? Either(Tensor? left, Tensor? right) => left is null || right is null ? null : Same(left, right) ? left : left | right;

    /// <summary>Live where both are.</summary>
    public static Tensor? Both(Tensor? left, Tensor? right) => left is null ? right : right is null || Implies(left, right) ? left : left & right;

    /// <summary>Whether the first mask is true only where the second is, as far as can be seen from how it was made.</summary>
    public static bool Implies(Tensor mask, Tensor other, int depth = Depth) => Same(mask, other)
        || (depth > 0 && mask.Storage is TracedStorage { Trace: var trace, Value.Definition: { Primitive: And, Operands: [var left, var right] } }
            && (Implies(Of(trace, left), other, depth - 1) || Implies(Of(trace, right), other, depth - 1)));

    private static Tensor Of(Trace trace, Value value) => new(value.Type, new TracedStorage(trace, value));

    private static bool Same(Tensor left, Tensor right) => left.Storage is TracedStorage a && right.Storage is TracedStorage b && Same(a.Value, b.Value);

    private static bool Same(Value left, Value right) => ReferenceEquals(left, right)
        || (left.Definition is { Primitive: Not, Operands: [var a] } && right.Definition is { Primitive: Not, Operands: [var b] } && ReferenceEquals(a, b));
}
