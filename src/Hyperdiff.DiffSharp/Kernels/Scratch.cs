namespace Hyperdiff.DiffSharp;

/// <summary>What a kernel computes on the way: given back when it ends, but for its result.</summary>
/// <param name="operands">What the kernel was given, which is not its own.</param>
internal sealed class Scratch(RawTensor[] operands) : IDisposable
{
    private readonly List<RawTensor> _made = [];

    /// <summary>A tensor that the kernel made, or one that it was given.</summary>
    public RawTensor Add(RawTensor raw)
    {
        if (!Array.Exists(operands, operand => ReferenceEquals(operand, raw)))
        {
            _made.Add(raw);
        }

        return raw;
    }

    /// <summary>The result, of its type and under its shape, and nobody else's.</summary>
    public RawTensor Kept(RawTensor result, TensorType type)
    {
        int[] sizes = type.Shape.Sizes.ToArray();
        RawTensor kept = !result.Shape.AsSpan().SequenceEqual(sizes) ? result.ViewT(sizes)
            : _made.Contains(result, ReferenceEqualityComparer.Instance) ? result
            : Storages.Shared(result);
        _made.RemoveAll(raw => ReferenceEquals(raw, kept));
        return kept;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RawTensor raw in _made)
        {
            Storages.Release(raw);
        }
    }
}
