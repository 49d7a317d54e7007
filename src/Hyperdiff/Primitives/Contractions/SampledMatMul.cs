using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The product <c>L Rᵀ</c> of dense matrices at the entries of a sparse one alone: <c>vₚ = ⟨Lᵢ, R_c⟩</c> for the entry p at row i and column
/// c.</summary>
/// <remarks>
/// Operands: L <c>[…, rows, n]</c>, column indices <c>[entries]</c> and row pointers <c>[rows + 1]</c> as for <see cref="SparseMatMul"/>, R <c>[…, columns,
/// n]</c>; the result is <c>[…, entries]</c>. Bilinear in L and R; its transposes are <see cref="SparseMatMul"/>. The definition adds in double precision.
/// </remarks>
internal sealed record SampledMatMul : Contraction
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        (TensorType left, TensorType right) = (operands[0], operands[3]);
        Elementwise.RequireFloating(Name, left);
        if (left.DType != right.DType)
        {
            throw new DTypeMismatchException(
                $"{Name}: element types {left.DType.Name()} and {right.DType.Name()} of the dense matrices differ; "
                    + $"{Labelled.Conversion(left.DType, right.DType)}.");
        }

        bool fits = left.Shape.Rank >= 2 && right.Shape.Rank == left.Shape.Rank && left.Shape[^1] == right.Shape[^1];
        if (!fits || CsrLayout.Leading(left.Shape, 2) != CsrLayout.Leading(right.Shape, 2))
        {
            throw new ShapeMismatchException($"{Name}: shapes {left.Shape} and {right.Shape}: both have the same leading axes and the same last one.");
        }

        CsrLayout layout = Layout(operands);
        return layout.Rows == left.Shape[^2]
            ? left with { Shape = new Shape([.. left.Shape.Sizes[..^2], layout.Entries]) }
            : throw new ShapeMismatchException($"{Name}: pointers for {layout.Rows} rows and a left matrix of shape {left.Shape}: the numbers of rows differ.");
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands, result);
        }
        else
        {
            Run<double>(operands, result);
        }
    }

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => Of(OfBatch(operands, size));

    /// <summary>L̄ = V̄ R and R̄ = V̄ᵀ L, V̄ the sparse matrix of the cotangents.</summary>
    public override (Contraction Contraction, bool CotangentFirst) Adjoint(bool ofLeft, ReadOnlySpan<TensorType> operands) =>
        (new SparseMatMul(operands[^1].Shape[^2], Transposed: !ofLeft), true);

    /// <inheritdoc/>
    internal override Tensor[] OfBatch(ReadOnlySpan<BatchOperand> operands, int size)
    {
        Shape left = operands[0].Tensor.Shape;
        return CsrLayout.Repeated(operands, size, new Shape(left.Sizes.AsSpan()[(operands[0].IsBatched ? 1 : 0)..^2]));
    }

    /// <summary>How the operands are laid out.</summary>
    internal CsrLayout Layout(ReadOnlySpan<TensorType> operands) => new(Name, CsrLayout.Leading(operands[0].Shape, 2), operands[1], operands[2]);

    private void Run<T>(ReadOnlySpan<HostArray> operands, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CsrLayout layout = Layout([operands[0].Type, operands[1].Type, operands[2].Type]);
        Span<T> l = operands[0].AsSpan<T>();
        Span<T> r = operands[3].AsSpan<T>();
        Span<T> v = result.AsSpan<T>();
        (int size, int n) = (operands[3].Type.Shape[^2], operands[3].Type.Shape[^1]);
        for (int item = 0; item < layout.Items; item++)
        {
            CsrRows rows = layout.Of(Name, item, (operands[1], operands[2]), size);
            for (int row = 0; row < layout.Rows; row++)
            {
                (int first, int end) = rows[row];
                for (int entry = first; entry < end; entry++)
                {
                    (int atL, int atR) = (((item * layout.Rows) + row) * n, ((item * size) + rows.Column(entry)) * n);
                    double sum = 0;
                    for (int j = 0; j < n; j++)
                    {
                        sum += double.CreateTruncating(l[atL + j]) * double.CreateTruncating(r[atR + j]);
                    }

                    v[(item * layout.Entries) + entry] = T.CreateTruncating(sum);
                }
            }
        }
    }
}
