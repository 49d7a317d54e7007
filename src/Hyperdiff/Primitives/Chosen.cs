using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Transposes that keep the zeros of a choice exact.</summary>
/// <remarks>
/// The cotangent of a branch is <c>Where(m, ȳ, 0)</c>. Multiplying it by the derivative of what the branch computed gives 0·∞ = NaN where the branch was not taken
/// and its derivative is infinite: <c>Where(x > 0, √x, 0)</c> at 0. Applying the linear function under the choice, <c>Where(m, L ȳ, 0)</c>, is the same function
/// without that product. It reaches through chains of elementwise functions and sums of such cotangents; a reduction or a reshape in between ends it.
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
            { Primitive: Add } => Apply(Part(0), linear) + Apply(Part(1), linear),
            { Operands: [_, _, var otherwise] } when IsZero(otherwise) => Where.Instance.Of(Part(0), Apply(Part(1), linear), Part(2)),
            _ => Where.Instance.Of(Part(0), Part(1), Apply(Part(2), linear)),
        };
    }

    // the cotangents of several branches add up: Maximum has three
    private static bool IsChoice(Value value) => value.Definition switch
    {
        { Primitive: Where, Operands: [_, var left, var right] } => IsZero(left) != IsZero(right),
        { Primitive: Add, Operands: [var left, var right] } => IsChoice(left) && IsChoice(right),
        _ => false,
    };

    private static bool IsZero(Value value) => value.Definition?.Primitive is Fill { Scalar: 0 };
}
