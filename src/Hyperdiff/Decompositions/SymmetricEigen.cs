using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>The eigenvalues w, ascending, and orthonormal eigenvectors V, as columns, of the symmetric part: <c>(A + Aᵀ)/2 = V diag(w) Vᵀ</c>.</summary>
/// <remarks>
/// Derivatives are those of <see cref="EigenTangent"/>. The values alone have first derivatives at every matrix, and second ones by
/// <see cref="SpectralMatrix"/>; where an eigenvalue repeats they are those of symmetric functions of it. A vector has derivatives where its eigenvalue differs
/// from all others. The element of largest magnitude of a vector is positive. Source: Giles (2008), "Collected matrix derivative results for forward and
/// reverse mode algorithmic differentiation", doi:10.1007/978-3-540-68942-3_4, §3.1.
/// </remarks>
internal sealed record SymmetricEigen : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static SymmetricEigen Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "Eigh";

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [After(operands[0], 2, RequireSquare(operands[0])), operands[0]];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        EigenTangent.Instance.Apply(operands[0], results[0], results[1], SymmetricPart(tangents[0]!));

    private protected override bool BeginsWithZeros => false;

    private protected override bool IsLarge(TensorType matrix) => HasManyRows(matrix);

    private protected override bool TryCompute(MatrixItem<float> item) => item.IsInRange() && Iterate(item);

    private protected override void Compute(MatrixItem<double> item)
    {
        item.RequireFinite(item.Result(0).Length);
        if (!Iterate(item))
        {
            throw item.Unconverged("eigenvalues");
        }
    }

    private static bool Iterate<T>(MatrixItem<T> item)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = item.Result(0).Length;
        T[] rented = ArrayPool<T>.Shared.Rent(size * size);
        Span<T> rows = rented.AsSpan(0, size * size);
        item.Kernels.SymmetricPart(item.Operand(0), rows, size);
        bool converged = item.Kernels.Eigen(rows, item.Result(0));
        for (int i = 0; i < size && converged; i++)
        {
            Span<T> vector = rows.Slice(i * size, size);
            if (Orientation.IsTurned<T>(vector))
            {
                TensorPrimitives.Negate(vector, vector);
            }
        }

        HouseholderQr.Transposed(rows, size, size, item.Result(1));
        ArrayPool<T>.Shared.Return(rented);
        return converged;
    }
}
