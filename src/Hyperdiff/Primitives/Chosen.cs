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
    public static Tensor Apply(Tensor cotangent, Func<Tensor, Tensor> linear) =>
        cotangent.Storage is TracedStorage { Value: var value } && IsChoice(value) ? Under(cotangent, part => part, linear) : linear(cotangent);

    // L of what the moves make of a choice, as a choice by the moved mask
    private static Tensor Under(Tensor choice, Func<Tensor, Tensor> move, Func<Tensor, Tensor> linear)
    {
        (Trace trace, Equation equation) = (((TracedStorage)choice.Storage).Trace, ((TracedStorage)choice.Storage).Value.Definition!);
        switch (equation.Primitive)
        {
            case Add:
                return Under(Part(0), move, linear) + Under(Part(1), move, linear);
            case Operation earlier and (BroadcastTo or Reshape or Permute):
                return Under(Part(0), part => move(earlier.Of(part)), linear);
            default:
                bool first = IsZero(equation.Operands[2]);
                Tensor taken = Apply(move(Part(first ? 1 : 2)), linear);

                // zeros that are recognized as such by the next function of a chain: not moved ones
                Tensor zeros = Tensor.ZerosLike(taken);
                return Where.Instance.Of(move(Part(0)), first ? taken : zeros, first ? zeros : taken);
        }

        Tensor Part(int operand) => new(equation.Operands[operand].Type, new TracedStorage(trace, equation.Operands[operand]));
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
