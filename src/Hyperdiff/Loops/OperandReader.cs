namespace Hyperdiff;

/// <summary>Takes the operands of a traced function apart, group after group.</summary>
internal sealed class OperandReader(Tensor[] operands)
{
    private int _next;

    /// <summary>The next operands.</summary>
    public Tensor[] Take(int count) => operands[_next..(_next += count)];
}
