namespace Hyperdiff.DiffSharp;

/// <summary>What a kernel computes on the way: given back when it ends, but for its result.</summary>
/// <param name="operands">What the kernel was given, which is not its own.</param>
internal sealed class Scratch(Lent[] operands) : IDisposable
{
    // by reference: DiffSharp returns what it is given where there is nothing to do
    private readonly HashSet<object> _made = new(ReferenceEqualityComparer.Instance);

    /// <summary>A tensor that the kernel made, or one that it was given.</summary>
    public RawTensor Add(RawTensor raw)
    {
        if (!IsOperand(raw))
        {
            _made.Add(raw);
        }

        return raw;
    }

    /// <summary>The result, of its type and under its shape, and nobody else's.</summary>
    public RawTensor Kept(RawTensor result, TensorType type)
    {
        int[] sizes = type.Shape.Sizes.ToArray();
        RawTensor kept = !Add(result).Shape.AsSpan().SequenceEqual(sizes) ? result.ViewT(sizes)
            : IsOperand(result) ? Storages.Shared(result)
            : result;
        _made.Remove(kept);
        return kept;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (object raw in _made)
        {
            Storages.Release((RawTensor)raw);
        }

        foreach (Lent operand in operands)
        {
            operand.Return();
        }
    }

    private bool IsOperand(RawTensor raw) => Array.Exists(operands, operand => ReferenceEquals(operand.Raw, raw));
}
