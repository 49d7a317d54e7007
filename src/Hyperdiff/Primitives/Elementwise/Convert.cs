using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The same numbers in another element type. Linear between floating types; without a derivative otherwise.</summary>
/// <remarks>
/// To <c>int32</c>: towards zero; what it does not hold, NaN too, is an error, as in arithmetic. To <c>bool</c>: whether it is not 0. From <c>bool</c>: 0 and
/// 1.
/// </remarks>
/// <param name="Target">The element type of the result.</param>
internal sealed record Convert(DType Target) : Elementwise
{
    /// <inheritdoc/>
    public override int Arity => 1;

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) => this with { Target = types.Of(Target) };

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands) => operands[0] with { DType = Target };

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        switch (operands[0].Type.DType)
        {
            case DType.Float32:
                From<float>(operands[0].AsSpan<float>(), result);
                break;
            case DType.Float64:
                From<double>(operands[0].AsSpan<double>(), result);
                break;
            case DType.Int32:
                From<int>(operands[0].AsSpan<int>(), result);
                break;
            default:
                From<byte>(MemoryMarshal.AsBytes(operands[0].AsSpan<bool>()), result);
                break;
        }
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        Target.IsFloating() ? Of(tangents[0]!) : null;

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [cotangent.To(operands[0].Type.DType)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => new LiveResult(Of(operands[0].Tensor), operands[0].Mask);

    private static void From<T>(ReadOnlySpan<T> x, HostArray result)
        where T : INumber<T>
    {
        switch (result.Type.DType)
        {
            case DType.Float32:
                Saturate(x, result.AsSpan<float>());
                break;
            case DType.Float64:
                Saturate(x, result.AsSpan<double>());
                break;
            case DType.Int32:
                Truncate(x, result.AsSpan<int>());
                break;
            default:
                Span<bool> y = result.AsSpan<bool>();
                for (int i = 0; i < y.Length; i++)
                {
                    y[i] = x[i] != T.Zero;
                }

                break;
        }
    }

    private static void Truncate<T>(ReadOnlySpan<T> x, Span<int> y)
        where T : INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            double exact = Math.Truncate(double.CreateTruncating(x[i]));
            y[i] = exact is >= int.MinValue and <= int.MaxValue
                ? (int)exact
                : throw new OverflowException(
                    $"Convert: {x[i]} is not a number that int32 holds; choose or clamp first: Tensor.Where(mask, tensor, 0), tensor.Clamp(low, high).");
        }
    }

    private static void Saturate<T, TResult>(ReadOnlySpan<T> x, Span<TResult> y)
        where T : INumber<T>
        where TResult : INumber<TResult>
    {
        // between floating types this is a vector operation, and rounds alike
        if (default(TResult) is float or double && default(T) is float or double)
        {
            TensorPrimitives.ConvertSaturating(x, y);
            return;
        }

        for (int i = 0; i < y.Length; i++)
        {
            y[i] = TResult.CreateSaturating(x[i]);
        }
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => !operands[0].DType.IsFloating() ? []
        : Target == DType.Bool ? [KinkMask.Jump(Name, operands[0].Equal(0))]
        : Target == DType.Int32 ? [KinkMask.Jump(Name, operands[0].Equal(operands[0].Truncate()) & operands[0].NotEqual(0))]
        : [];
}
