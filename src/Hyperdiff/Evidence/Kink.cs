using System.Globalization;

namespace Hyperdiff;

/// <summary>An operation without a derivative, or with one that jumps, exactly where a derivative was taken: what stands for it there is a
/// convention.</summary>
public sealed record Kink
{
    internal Kink(string place, long count, long elements) => (Place, Count, Elements) = (place, count, elements);

    /// <summary>The operation and where it is: <c>`Relu` at 0</c>, <c>a tie of `Max`</c>.</summary>
    public string Place { get; }

    /// <summary>In how many elements.</summary>
    public long Count { get; }

    /// <summary>Of how many, over all uses of the operation and all steps of loops.</summary>
    public long Elements { get; }

    /// <inheritdoc/>
    public override string ToString() => Elements == 1 ? Place : string.Create(CultureInfo.InvariantCulture, $"{Place} in {Count} of {Elements} elements");
}
