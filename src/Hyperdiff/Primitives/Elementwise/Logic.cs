namespace Hyperdiff.Primitives;

/// <summary>What the operations on masks share: truth values in, truth values out, no derivative.</summary>
internal abstract record Logic : Elementwise
{
    /// <inheritdoc/>
    public sealed override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        RequireSame(Name, operands);
        return operands[0].DType == DType.Bool
            ? operands[0]
            : throw new DTypeMismatchException($"{Name} works on masks, not on {operands[0]}; make a mask by a comparison: tensor > 0.");
    }

    /// <inheritdoc/>
    public sealed override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;
}

/// <summary>True where both are, element by element.</summary>
internal sealed record And : Logic
{
    /// <summary>The primitive.</summary>
    public static And Instance { get; } = new();

    /// <inheritdoc/>
    public override int Arity => 2;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        Span<bool> x = operands[0].AsSpan<bool>();
        Span<bool> y = operands[1].AsSpan<bool>();
        Span<bool> z = result.AsSpan<bool>();
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = x[i] & y[i];
        }
    }
}

/// <summary>True where at least one is, element by element.</summary>
internal sealed record Or : Logic
{
    /// <summary>The primitive.</summary>
    public static Or Instance { get; } = new();

    /// <inheritdoc/>
    public override int Arity => 2;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        Span<bool> x = operands[0].AsSpan<bool>();
        Span<bool> y = operands[1].AsSpan<bool>();
        Span<bool> z = result.AsSpan<bool>();
        for (int i = 0; i < z.Length; i++)
        {
            z[i] = x[i] | y[i];
        }
    }
}

/// <summary>True where the element is false.</summary>
internal sealed record Not : Logic
{
    /// <summary>The primitive.</summary>
    public static Not Instance { get; } = new();

    /// <inheritdoc/>
    public override int Arity => 1;

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        Span<bool> x = operands[0].AsSpan<bool>();
        Span<bool> y = result.AsSpan<bool>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = !x[i];
        }
    }
}
