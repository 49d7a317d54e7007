using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Transposes that keep the zeros of a choice exact.</summary>
/// <remarks>
/// The cotangent of a branch is <c>Where(m, ȳ, 0)</c>. Multiplying it by the derivative of what the branch computed gives 0·∞ = NaN where the branch was not taken
/// and its derivative is infinite: <c>Where(x > 0, √x, 0)</c> at 0. Applying the linear function under the choice, <c>Where(m, L ȳ, 0)</c>, is the same function
/// without that product. It reaches through chains of elementwise functions, sums of such cotangents, and what only moves or repeats elements, as the transposes of reductions do: the mask is moved
/// alike. A matrix product in between ends it.
/// </remarks>
internal static class Chosen
{
    /// <summary>L ȳ for an elementwise linear L.</summary>
    public static Tensor Apply(Tensor cotangent, Func<Tensor, Tensor> linear)
    {
        if (cotangent.Storage is not TracedStorage { Trace: var trace, Value: var value } || !IsChoice(value))
        {
            return linear(cotangent);
        }

        Tensor Part(int operand) => new(value.Definition!.Operands[operand].Type, new TracedStorage(trace, value.Definition.Operands[operand]));
        return value.Definition switch
        {
            { Primitive: Operation move and (BroadcastTo or Reshape or Permute) } => Moved(Part(0), part => move.Of(part), linear),
            { Primitive: Add } => Apply(Part(0), linear) + Apply(Part(1), linear),
            { Operands: [_, _, var otherwise] } when IsZero(otherwise) => Where.Instance.Of(Part(0), Apply(Part(1), linear), Part(2)),
            _ => Where.Instance.Of(Part(0), Part(1), Apply(Part(2), linear)),
        };
    }

    // a choice of moved elements, by the moved mask
    private static Tensor Moved(Tensor choice, Func<Tensor, Tensor> move, Func<Tensor, Tensor> linear)
    {
        (Trace trace, Equation equation) = (((TracedStorage)choice.Storage).Trace, ((TracedStorage)choice.Storage).Value.Definition!);
        Tensor Part(int operand) => new(equation.Operands[operand].Type, new TracedStorage(trace, equation.Operands[operand]));
        return equation.Primitive switch
        {
            Add => Moved(Part(0), move, linear) + Moved(Part(1), move, linear),
            Operation earlier and (BroadcastTo or Reshape or Permute) => Moved(Part(0), part => move(earlier.Of(part)), linear),
            _ when IsZero(equation.Operands[2]) => Where.Instance.Of(move(Part(0)), Apply(move(Part(1)), linear), move(Part(2))),
            _ => Where.Instance.Of(move(Part(0)), move(Part(1)), Apply(move(Part(2)), linear)),
        };
    }

    // the cotangents of several branches add up: Maximum has three
    private static bool IsChoice(Value value) => value.Definition switch
    {
        { Primitive: Where, Operands: [_, var left, var right] } => IsZero(left) != IsZero(right),
        { Primitive: Add, Operands: [var left, var right] } => IsChoice(left) && IsChoice(right),
        { Primitive: BroadcastTo or Reshape or Permute, Operands: [var moved] } => IsChoice(moved),
        _ => false,
    };

    private static bool IsZero(Value value) => value.Definition?.Primitive is Fill { Scalar: 0 };
}
