namespace Hyperdiff;

/// <summary>What a loop works on.</summary>
/// <param name="Carries">What every step turns into its successor.</param>
/// <param name="Slices">Stacks of which every step gets a row.</param>
/// <param name="Constants">What is the same in every step.</param>
/// <param name="Count">How many rows, the first ones, are run over, as an <c>int32</c> scalar; null for all of them.</param>
internal readonly record struct LoopOperands(Tensor[] Carries, Tensor[] Slices, Tensor[] Constants, Tensor? Count = null)
{
    /// <summary>All of them in the order in which a loop takes them.</summary>
    public Tensor[] All => [.. Carries, .. Slices, .. Constants, .. Count is null ? Array.Empty<Tensor>() : [Count]];
}

/// <summary>The items of a batch that step through one bounded loop together.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Carries">The carries that are stacked along axis 0; all items share the others.</param>
internal sealed record LoopItems(int Count, Axes Carries);

/// <summary>Takes the operands of a traced function apart, group after group.</summary>
internal sealed class OperandReader(Tensor[] operands)
{
    private int _next;

    /// <summary>The next operands.</summary>
    public Tensor[] Take(int count) => operands[_next..(_next += count)];
}
