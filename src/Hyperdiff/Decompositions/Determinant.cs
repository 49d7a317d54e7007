using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>det A, by LU with partial pivoting.</summary>
/// <remarks><c>d det A = Σᵢⱼ Cᵢⱼ Ȧᵢⱼ</c> with the cofactors C (Jacobi's formula); they and their derivatives exist at singular matrices as well.</remarks>
internal sealed record Determinant : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static Determinant Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireSquare(operands[0]);
        return [After(operands[0], 2)];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        [(Cofactors.Instance.Apply(operands[0])[0] * tangents[0]!).Sum([-2, -1])];

    private protected override bool IsLarge(TensorType matrix) => HasManyRows(matrix);

    private protected override bool TryCompute(MatrixItem<float> item) => TryFactor(item, requireRegular: true);

    private protected override void Compute(MatrixItem<double> item)
    {
        if (!TryFactor(item, requireRegular: false))
        {
            item.RequireFinite((int)Math.Sqrt(item.Operand(0).Length));
        }
    }

    private static bool TryFactor<T>(MatrixItem<T> item, bool requireRegular)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var factors = new LuPivots<T>(item, requireRegular);
        double product = factors.Sign;
        for (int k = 0; k < factors.Count; k++)
        {
            product *= factors[k];
        }

        item.Result(0)[0] = T.CreateSaturating(product);
        return factors.AreFound;
    }
}
