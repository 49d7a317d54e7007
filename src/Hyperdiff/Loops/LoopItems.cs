namespace Hyperdiff;

/// <summary>The items of a batch that step through one bounded loop together.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Carries">The carries that are stacked along axis 0; all items share the others.</param>
internal sealed record LoopItems(int Count, Axes Carries);
