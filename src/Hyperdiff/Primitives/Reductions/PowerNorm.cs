using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The norm <c>y = (Σ |x|ᵖ)^(1/p)</c> over some axes; <c>ẏ = Σ sign(x) (|x|/y)ᵖ⁻¹ ẋ</c>, and 0 where y is 0, as are all its derivatives
/// there.</summary>
/// <remarks>Powers are taken of quotients by the greatest element, and by y: they neither overflow nor vanish where they count.</remarks>
/// <param name="Power">p > 1, finite.</param>
/// <param name="Reduced">The axes that disappear.</param>
internal sealed record PowerNorm(double Power, Axes Reduced) : Reduction(Reduced)
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireFloating(Name, operands[0]);
        return base.InferResult(operands);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands[0], result);
        }
        else
        {
            Run<double>(operands[0], result);
        }
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor x = operands[0], isZero = result.Equals(0, string.Empty), stretched = Stretch(isZero, x.Shape);
        Tensor quotient = Tensor.Where(stretched, 1, x.Abs() / Stretch(Tensor.Where(isZero, 1, result), x.Shape));
        return new Sum(Reduced).Of(tangents[0]! * Tensor.Where(stretched, 0, x.Sign() * quotient.Pow(Power - 1)));
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results)
    {
        KinkMask atZero = KinkMask.At(nameof(Tensor.LpNorm), 0, results[0].Equal(0));

        // where single elements are 0, |x|ᵖ has no second derivative for p < 2
        Tensor elements = operands[0].Equal(0) & Stretch(results[0].NotEqual(0), operands[0].Shape);
        return Power >= 2 ? [atZero] : [atZero, new KinkMask($"an element of `{nameof(Tensor.LpNorm)}` at 0", elements)];
    }

    private void Run<T>(HostArray operand, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operand.AsSpan<T>();
        int[] targets = Targets(operand.Type.Shape);
        var greatest = new double[result.Count];
        for (int i = 0; i < x.Length; i++)
        {
            greatest[targets[i]] = Math.Max(greatest[targets[i]], Math.Abs(double.CreateTruncating(x[i])));
        }

        var sums = new double[result.Count];
        for (int i = 0; i < x.Length; i++)
        {
            sums[targets[i]] += Math.Pow(Math.Abs(double.CreateTruncating(x[i])) / Unit(greatest[targets[i]]), Power);
        }

        Span<T> y = result.AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.CreateTruncating(Unit(greatest[i]) * Math.Pow(sums[i], 1 / Power));
        }

        static double Unit(double greatest) => greatest > 0 && double.IsFinite(greatest) ? greatest : 1;
    }
}
