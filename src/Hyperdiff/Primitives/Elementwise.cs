using System.Text;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>What the elementwise primitives share: operands of one type, one element of the result from one element of each.</summary>
internal abstract record Elementwise : Operation
{
    /// <summary>The number of operands.</summary>
    public abstract int Arity { get; }

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        RequireSame(Name, operands);
        RequireFloating(Name, operands[0]);
        return operands[0];
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars)
    {
        var operands = new HostArray[types.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = Tensor.Full(Shape.Scalar, scalars[i], types[i].DType).Read();
        }

        // by what computes tensors in memory, so that a repeated scalar has the bits of a stored one
        try
        {
            return HostExecution.Backend.Execute(this, Array.ConvertAll(operands, Tensor.FromHost))[0].ToScalar();
        }
        catch (OverflowException)
        {
            // left to whoever computes it, if anybody does
            return null;
        }
    }

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => Of(Batches.Repeated(operands, size));

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder) => false;

    /// <summary>Throws unless all operands have one shape and one element type.</summary>
    internal static void RequireSame(string name, ReadOnlySpan<TensorType> operands)
    {
        foreach (TensorType operand in operands)
        {
            if (operand.DType != operands[0].DType)
            {
                throw new DTypeMismatchException(
                    $"{name}: element types "
                        + $"{operands[0].DType.Name()} and {operand.DType.Name()} differ; {Labelled.Conversion(operands[0].DType, operand.DType)}.");
            }

            if (operand.Shape != operands[0].Shape)
            {
                throw new ShapeMismatchException($"{name}: shapes {operands[0].Shape} and {operand.Shape} differ; broadcast one first.");
            }
        }
    }

    internal static void RequireNumbers(string name, TensorType operand)
    {
        if (operand.DType == DType.Bool)
        {
            throw new DTypeMismatchException($"{name} works on float32, float64 and int32, not on {operand}; convert first: tensor.To(DType.Int32).");
        }
    }

    internal static void RequireFloating(string name, TensorType operand)
    {
        if (!operand.DType.IsFloating())
        {
            throw new DTypeMismatchException($"{name} works on float32 and float64, not on {operand}; convert first: tensor.To(DType.Float64).");
        }
    }
}
