using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The product <c>Y = op(A) X</c> of a sparse matrix, given as values, column indices and row pointers, and a dense one; op is the transpose or
/// nothing.</summary>
/// <remarks>
/// Operands: values <c>[…, entries]</c>, column indices <c>[entries]</c> and row pointers <c>[rows + 1]</c>, both <c>int32</c>, and X <c>[…, columns or rows,
/// n]</c>; indices and pointers have the leading axes of the others, or none. Bilinear in values and X. The transpose in X is the product with the other op;
/// that in the values is <see cref="SampledMatMul"/>, the dense product at the entries alone. The definition adds in double precision.
/// </remarks>
/// <param name="Columns">The number of columns of A.</param>
/// <param name="Transposed">Whether op transposes A.</param>
internal sealed record SparseMatMul(int Columns, bool Transposed = false) : Contraction
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        (TensorType values, TensorType dense) = (operands[0], operands[3]);
        Elementwise.RequireFloating(Name, values);
        if (values.DType != dense.DType)
        {
            throw new DTypeMismatchException(
                $"{Name}: element types {values.DType.Name()} of the values and {dense.DType.Name()} of the dense matrix differ; "
                    + $"{Labelled.Conversion(values.DType, dense.DType)}.");
        }

        if (values.Shape.Rank < 1 || dense.Shape.Rank != values.Shape.Rank + 1 || CsrLayout.Leading(values.Shape, 1) != CsrLayout.Leading(dense.Shape, 2))
        {
            throw new ShapeMismatchException(
                $"{Name}: values of shape {values.Shape} and a dense matrix of shape "
                    + $"{dense.Shape}: both have the same leading axes, then [entries] and [rows, columns].");
        }

        CsrLayout layout = Layout(operands);
        (int rows, int inner) = Transposed ? (Columns, layout.Rows) : (layout.Rows, Columns);
        if (layout.Entries != values.Shape[^1] || dense.Shape[^2] != inner)
        {
            throw new ShapeMismatchException(
                $"{Name}: a sparse matrix "
                    + $"[{layout.Rows}, {Columns}]{(Transposed ? "ᵀ" : string.Empty)} of {values.Shape[^1]} values and {layout.Entries} column indices, and a "
                    + $"dense one of shape {dense.Shape}: inner dimensions {inner} and {dense.Shape[^2]}.");
        }

        return dense with { Shape = new Shape([.. dense.Shape.Sizes[..^2], rows, dense.Shape[^1]]) };
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

    /// <summary>Where all items share the matrix, its products with their columns are one product.</summary>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size)
    {
        Tensor dense = operands[3].Tensor;
        if (operands[0].IsBatched || operands[1].IsBatched || operands[2].IsBatched || operands[0].Tensor.Rank > 1)
        {
            return Of(OfBatch(operands, size));
        }

        (int inner, int columns) = (dense.Shape[1], dense.Shape[2]);
        Tensor joined = Of(operands[0].Tensor, operands[1].Tensor, operands[2].Tensor, dense.Permute(1, 0, 2).Reshape(inner, size * columns));
        return joined.Reshape(joined.Shape[0], size, columns).Permute(1, 0, 2);
    }

    /// <summary>Yᵢ = Σ vₚ X_c gives v̄ₚ = ⟨Ȳᵢ, X_c⟩ for the entry p at (i, c); transposed, Y_c = Σ vₚ Xᵢ gives ⟨Xᵢ, Ȳ_c⟩.</summary>
    public override (Contraction Contraction, bool CotangentFirst) Adjoint(bool ofLeft, ReadOnlySpan<TensorType> operands) =>
        ofLeft ? (new SampledMatMul(), !Transposed) : (this with { Transposed = !Transposed }, false);

    /// <inheritdoc/>
    internal override Tensor[] OfBatch(ReadOnlySpan<BatchOperand> operands, int size) => CsrLayout.Repeated(operands, size, ItemBatch(operands[0]));

    /// <summary>How the operands are laid out.</summary>
    internal CsrLayout Layout(ReadOnlySpan<TensorType> operands) => new(Name, CsrLayout.Leading(operands[0].Shape, 1), operands[1], operands[2]);

    private static Shape ItemBatch(BatchOperand values) => new(values.Tensor.Shape.Sizes.AsSpan()[(values.IsBatched ? 1 : 0)..^1]);

    private void Run<T>(ReadOnlySpan<HostArray> operands, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CsrLayout layout = Layout([operands[0].Type, operands[1].Type, operands[2].Type]);
        Span<T> v = operands[0].AsSpan<T>();
        Span<T> x = operands[3].AsSpan<T>();
        Span<T> y = result.AsSpan<T>();
        int n = result.Type.Shape[^1];
        var sums = new double[y.Length];
        for (int item = 0; item < layout.Items; item++)
        {
            CsrRows rows = layout.Of(Name, item, (operands[1], operands[2]), Columns);
            (int firstX, int firstY) = (item * (x.Length / layout.Items), item * (y.Length / layout.Items));
            for (int row = 0; row < layout.Rows; row++)
            {
                (int first, int end) = rows[row];
                for (int entry = first; entry < end; entry++)
                {
                    (int to, int from) = Transposed ? (rows.Column(entry), row) : (row, rows.Column(entry));
                    double value = double.CreateTruncating(v[(item * layout.Entries) + entry]);
                    for (int j = 0; j < n; j++)
                    {
                        sums[firstY + (to * n) + j] += value * double.CreateTruncating(x[firstX + (from * n) + j]);
                    }
                }
            }
        }

        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.CreateTruncating(sums[i]);
        }
    }
}
