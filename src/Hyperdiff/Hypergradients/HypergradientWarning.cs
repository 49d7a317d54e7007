namespace Hyperdiff;

/// <summary>Something that the user of a hypergradient should know.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Message">What was found, and what to do.</param>
public sealed record HypergradientWarning(WarningKind Kind, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Message}";
}
