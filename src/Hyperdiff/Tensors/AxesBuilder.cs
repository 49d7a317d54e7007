namespace Hyperdiff;

/// <summary>Lets axes be written as a collection expression.</summary>
public static class AxesBuilder
{
    /// <summary>The list of these integers.</summary>
    public static Axes Create(ReadOnlySpan<int> items) => new(items);
}
