using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>The factors of <see cref="LuElimination"/> for square A, to be solved with by <see cref="MatrixSolve"/>, once for a value and all derivatives:
/// <c>[…, n + 1, n]</c>, L and U in one matrix, and the exchanges in the row below it.</summary>
/// <remarks>
/// What solves with them has its derivatives in A, so that these have none. A matrix that is singular to working precision throws. For small matrices they are
/// float64 whatever A is, so that solutions in float32 are rounded once.
/// </remarks>
internal sealed record LuFactors : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static LuFactors Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "Solve";

    /// <summary>Whether factors are of the type of A also where that is small: in a function that was brought from float64 to float32 as a whole.</summary>
    public bool HasOneType { get; init; }

    private protected override bool BeginsWithZeros => false;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        int size = RequireSquare(operands[0]);
        return [After(operands[0], 2, size + 1, size) with { DType = HasOneType || HasManyRows(operands[0]) ? operands[0].DType : DType.Float64 }];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) => [null];

    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) => this with { HasOneType = true };

    private protected override bool IsLarge(TensorType matrix) => HasManyRows(matrix);

    private protected override bool TryCompute(MatrixItem<float> item) => Factor(item) is { Singular: < 0, IsInRange: true };

    private protected override void Compute(MatrixItem<double> item)
    {
        int size = (int)Math.Sqrt(item.Operand(0).Length);
        (int singular, bool isInRange) = Factor(item);
        if (!isInRange)
        {
            item.RequireFinite(size);
        }
        else if (singular >= 0)
        {
            throw Singular(item, singular, size);
        }
    }

    /// <summary>Factors the first operand of an item into memory for L and U.</summary>
    /// <returns>Whether all elements, and the pivots for float, are in range.</returns>
    public static bool TryEliminate<T>(MatrixItem<T> item, Span<T> factors, Span<int> exchanges)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Finiteness.IsOf(item.Operand(0)))
        {
            return false;
        }

        item.Operand(0).CopyTo(factors);
        item.Kernels.FactorLu(factors, exchanges);
        return MatrixItem<T>.PivotsAreInRange(factors, exchanges.Length);
    }

    private static (int Singular, bool IsInRange) Factor<T>(MatrixItem<T> item)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = (int)Math.Sqrt(item.Operand(0).Length);
        Span<T> factors = item.Result(0)[..(size * size)], order = item.Result(0)[(size * size)..];
        var exchanges = new int[size];
        if (!TryEliminate(item, factors, exchanges))
        {
            return (-1, false);
        }

        for (int k = 0; k < size; k++)
        {
            order[k] = T.CreateChecked(exchanges[k]);
        }

        return (LuElimination.SingularPivot<T>(factors, size), true);
    }

    // elimination with rows exchanged tells which column depends on those before it
    private static LinearAlgebraException Singular(MatrixItem<double> item, int pivot, int size)
    {
        double value = item.Result(0)[(pivot * size) + pivot];
        var turned = new double[size * size];
        HouseholderQr.Transposed(item.Operand(0), size, size, turned);
        item.Kernels.FactorLu(turned, new int[size]);
        return LuElimination.SingularPivot<double>(turned, size) is >= 0 and var column
            ? item.Singular(column, turned[(column * size) + column]) : item.Singular(pivot, value);
    }
}
