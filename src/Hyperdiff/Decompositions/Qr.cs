using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>A = Q R for a matrix with at least as many rows as columns: Q <c>[m, n]</c> with orthonormal columns, R <c>[n, n]</c> upper triangular with a
/// diagonal that is not negative.</summary>
/// <remarks>
/// With <c>C = Qᵀ Ȧ R⁻¹</c> and the skew <c>Ω = tril(C, −1) − tril(C, −1)ᵀ</c>: <c>Q̇ = Q (Ω − C) + Ȧ R⁻¹</c>, <c>Ṙ = (C − Ω) R</c>. There is a derivative
/// where A has full column rank only; a zero on the diagonal of R throws. Source: Walter and Lehmann (2012), "Algorithmic differentiation of linear algebra
/// functions with application in optimum experimental design", arXiv:1001.1654, §4.2.
/// </remarks>
internal sealed record Qr : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static Qr Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireMatrix(operands[0]);
        (int rows, int columns) = (operands[0].Shape[^2], operands[0].Shape[^1]);
        return rows >= columns
            ? [operands[0], After(operands[0], 2, columns, columns)]
            : throw new ShapeMismatchException(
                $"Qr: shape {operands[0].Shape} has fewer rows than columns; use Linalg.Qr, which factors the square part first.");
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor q, Tensor r) = (results[0], results[1]);

        // with R in a unit of its own, on which nothing depends, so that neither R⁻¹ nor its derivatives leave the range: Ȧ R⁻¹ = (R⁻ᵀ Ȧᵀ)ᵀ
        Tensor unit = Size(r);
        r /= unit;
        Tensor scaled = new TriangularSolve(Lower: false, Transposed: true).Apply(r, tangents[0]!.Transpose())[0].Transpose();
        Tensor c = q.Transpose().MatMul(scaled);
        Tensor below = c.Tril(-1);
        Tensor upper = c - (below - below.Transpose());
        return [(scaled - q.MatMul(upper)) / unit, upper.MatMul(r)];
    }

    private protected override bool IsLarge(TensorType matrix) => HasManyRows(matrix);

    private protected override bool TryCompute(MatrixItem<float> item)
    {
        bool isInRange = item.IsInRange();
        if (isInRange)
        {
            Factor(item);
        }

        return isInRange;
    }

    private protected override void Compute(MatrixItem<double> item)
    {
        int columns = (int)Math.Sqrt(item.Result(1).Length);
        if (columns > 0)
        {
            item.RequireFinite(columns);
            Factor(item);
        }
    }

    private static void Factor<T>(MatrixItem<T> item)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = (int)Math.Sqrt(item.Result(1).Length);
        item.Kernels.FactorQr(item.Operand(0), (item.Operand(0).Length / columns, columns), item.Result(0), item.Result(1));
    }
}
