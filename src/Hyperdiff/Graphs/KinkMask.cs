namespace Hyperdiff.Graphs;

/// <summary>Where a primitive has a kink: no derivative, or one that jumps.</summary>
/// <param name="Place">The operation and where it is, for warnings: see <see cref="Kink.Place"/>.</param>
/// <param name="Mask">Which elements are there, of any shape; that of the result where the primitive works element by element.</param>
public readonly record struct KinkMask(string Place, Tensor Mask)
{
    /// <summary>Where an element has a value at which an operation has a kink.</summary>
    public static KinkMask At(string operation, double value, Tensor mask) => new(FormattableString.Invariant($"`{operation}` at {value + 0.0:G6}"), mask);

    /// <summary>Where operands of an operation tie.</summary>
    public static KinkMask Tie(string operation, Tensor mask) => new($"a tie of `{operation}`", mask);

    /// <summary>Where an operation jumps.</summary>
    public static KinkMask Jump(string operation, Tensor mask) => new($"a jump of `{operation}`", mask);
}

/// <summary>How many kinks a primitive that holds graphs has within.</summary>
/// <param name="Place">The operation and where it is, for warnings: see <see cref="Kink.Place"/>.</param>
/// <param name="Count">In how many elements, a <c>float64</c> scalar.</param>
/// <param name="Elements">Of how many, a <c>float64</c> scalar.</param>
public readonly record struct KinkCount(string Place, Tensor Count, Tensor Elements);
