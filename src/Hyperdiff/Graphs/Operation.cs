namespace Hyperdiff.Graphs;

/// <summary>A primitive with one result and a kernel on host memory: all primitives but the solves.</summary>
public abstract record Operation : Primitive
{
    /// <summary>The type of the result.</summary>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="DTypeMismatchException">The element types do not fit.</exception>
    public abstract TensorType InferResult(ReadOnlySpan<TensorType> operands);

    /// <summary>The kernel that defines the operation: obvious rather than fast. Backends may have faster ones, which are tested against it.</summary>
    /// <param name="operands">The operands, of the types that were inferred from.</param>
    /// <param name="result">Where every element of the result is written; overlaps no operand.</param>
    public abstract void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result);

    /// <inheritdoc cref="Primitive.Batched"/>
    public abstract Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size);

    /// <inheritdoc cref="Primitive.Tangent"/>
    public abstract Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents);

    /// <inheritdoc cref="Primitive.Transpose"/>
    public virtual Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => base.Transpose([cotangent], operands);

    /// <inheritdoc cref="Primitive.Live"/>
    public virtual LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => null;

    /// <summary>The scalar that the result repeats when every operand repeats one; null if the result is not of that kind.</summary>
    /// <param name="types">The types of the operands.</param>
    /// <param name="scalars">What each operand repeats.</param>
    public virtual double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => null;

    /// <summary>Applies the operation to operands: <see cref="Primitive.Apply"/> for the one result.</summary>
    public Tensor Of(params ReadOnlySpan<Tensor> operands)
    {
        foreach (Tensor operand in operands)
        {
            ArgumentNullException.ThrowIfNull(operand, nameof(operands));
        }

        return Trace.Innermost(this, operands) is { } trace ? trace.RecordOne(this, operands) : Eager.Execute(this, operands)[0];
    }

    /// <inheritdoc/>
    internal sealed override bool WorksOnHost => true;

    /// <inheritdoc/>
    internal sealed override bool IsValue => true;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) => this;

    /// <inheritdoc/>
    public sealed override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [InferResult(operands)];

    /// <inheritdoc/>
    public sealed override Tensor[] Batched(ReadOnlySpan<BatchOperand> operands, int size) => [BatchOf(operands, size)];

    /// <inheritdoc/>
    public sealed override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        [TangentOf(operands, results[0], tangents)];

    /// <inheritdoc/>
    public sealed override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) => TransposeOf(cotangents[0]!, operands);

    /// <inheritdoc/>
    public sealed override LiveResult[]? Live(ReadOnlySpan<LiveOperand> operands) => LiveOf(operands) is { } result ? [result] : null;

    /// <inheritdoc/>
    public sealed override Tensor[] Execute(IBackend backend, ReadOnlySpan<Tensor> operands)
    {
        var arrays = new HostArray[operands.Length];
        var types = new TensorType[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            arrays[i] = operands[i].Read();
            types[i] = operands[i].Type;
        }

        HostArray result = HostArray.Allocate(InferResult(types));
        Evaluate(arrays, result);
        return [Tensor.FromHost(result)];
    }
}
