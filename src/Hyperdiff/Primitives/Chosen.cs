using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Transposes that keep the zeros of a choice exact.</summary>
/// <remarks>
/// The cotangent of a branch is <c>Where(m, ȳ, 0)</c>. Multiplying it by the derivative of what the branch computed gives 0·∞ = NaN where the branch was not taken
/// and its derivative is infinite: <c>Where(x > 0, √x, 0)</c> at 0. Applying the linear function under the choice, <c>Where(m, L ȳ, 0)</c>, is the same function
/// without that product. It reaches through chains of elementwise functions; a sum or a reshape in between ends it.
/// </remarks>
internal static class Chosen
{
    /// <summary>L ȳ for an elementwise linear L.</summary>
    public static Tensor Apply(Tensor cotangent, Func<Tensor, Tensor> linear)
    {
        if (cotangent.Storage is not TracedStorage { Trace: var trace, Value.Definition: { Primitive: Where, Operands: [var mask, var left, var right] } })
        {
            return linear(cotangent);
        }

        Tensor Wrap(Value value) => new(value.Type, new TracedStorage(trace, value));
        return (IsZero(left), IsZero(right)) switch
        {
            (false, true) => Where.Instance.Of(Wrap(mask), Apply(Wrap(left), linear), Wrap(right)),
            (true, false) => Where.Instance.Of(Wrap(mask), Wrap(left), Apply(Wrap(right), linear)),
            _ => linear(cotangent),
        };
    }

    private static bool IsZero(Value value) => value.Definition?.Primitive is Fill { Scalar: 0 };
}
