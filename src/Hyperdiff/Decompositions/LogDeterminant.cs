using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>The sign of det A, which is piecewise constant, and ln|det A|, by LU with partial pivoting.</summary>
/// <remarks><c>d ln|det A| = tr(A⁻¹ Ȧ)</c>. At a singular matrix the results are exact, 0 and −∞; there is no derivative then, and asking for one
/// throws.</remarks>
internal sealed record LogDeterminant : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static LogDeterminant Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireSquare(operands[0]);
        TensorType scalar = After(operands[0], 2);
        return [scalar, scalar];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        [null, MatrixSolve.Of(operands[0], tangents[0]!).Diagonal().Sum(-1)];

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
        double sign = factors.Sign, logarithm = 0;
        for (int k = 0; k < factors.Count; k++)
        {
            double pivot = factors[k];
            sign *= Math.Sign(pivot);
            logarithm += Math.Log(Math.Abs(pivot));
        }

        // a sign of −0 is 0
        (item.Result(0)[0], item.Result(1)[0]) = (T.CreateChecked(sign + 0.0), T.CreateChecked(logarithm));
        return factors.AreFound;
    }
}
