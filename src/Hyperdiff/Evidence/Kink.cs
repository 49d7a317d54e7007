using System.Globalization;

namespace Hyperdiff;

/// <summary>An operation without a derivative, or with one that jumps, exactly where a derivative was taken: what stands for it there is a convention.</summary>
/// <param name="Place">The operation and where it is: <c>`Relu` at 0</c>, <c>a tie of `Max`</c>.</param>
/// <param name="Count">In how many elements.</param>
/// <param name="Elements">Of how many, over all uses of the operation and all steps of loops.</param>
public sealed record Kink(string Place, long Count, long Elements)
{
    /// <inheritdoc/>
    public override string ToString() => Elements == 1 ? Place : string.Create(CultureInfo.InvariantCulture, $"{Place} in {Count} of {Elements} elements");
}
