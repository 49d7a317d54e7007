namespace Hyperdiff;

/// <summary>Something that a method needs of its numbers, checked against what is known of the problem.</summary>
/// <param name="Statement">What is needed, and what for.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Found">The numbers that were put in.</param>
public sealed record DescentCondition(string Statement, bool Holds, string Found)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Holds ? "holds" : "FAILS")}: {Statement} ({Found})";
}
