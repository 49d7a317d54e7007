using System.Collections.Immutable;
using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>
/// The matrix product <c>C = op(A) · op(B)</c> over the last two axes, where op is the transpose or nothing; leading axes are a batch and must agree.
/// </summary>
/// <remarks>
/// Bilinear: <c>Ċ = op(Ȧ) op(B) + op(A) op(Ḃ)</c>. The transposes are part of the primitive so that no derivative ever moves a matrix. The definition
/// accumulates in double precision.
/// </remarks>
/// <param name="TransposeLeft">Whether op transposes A.</param>
/// <param name="TransposeRight">Whether op transposes B.</param>
internal sealed record MatMul(bool TransposeLeft = false, bool TransposeRight = false) : Contraction
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        (Shape a, Shape b) = (operands[0].Shape, operands[1].Shape);
        Elementwise.RequireFloating(Name, operands[0]);
        if (operands[0].DType != operands[1].DType)
        {
            throw new DTypeMismatchException(
                $"MatMul: {operands[0]} · {operands[1]}: element types differ; {Labelled.Conversion(operands[0].DType, operands[1].DType)}.");
        }

        if (a.Rank < 2 || b.Rank != a.Rank || !a.Sizes[..^2].SequenceEqual(b.Sizes[..^2]))
        {
            throw new ShapeMismatchException($"MatMul: {a} · {b}: needs two matrices, or two batches of matrices with the same leading sizes.");
        }

        (int m, int k) = TransposeLeft ? (a[^1], a[^2]) : (a[^2], a[^1]);
        (int inner, int n) = TransposeRight ? (b[^1], b[^2]) : (b[^2], b[^1]);
        if (k != inner)
        {
            throw new ShapeMismatchException(
                $"MatMul: {a}{(TransposeLeft ? "ᵀ" : string.Empty)} · {b}{(TransposeRight ? "ᵀ" : string.Empty)}: inner dimensions {k} and {inner} differ.");
        }

        return operands[0] with { Shape = new Shape([.. a.Sizes[..^2], m, n]) };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands[0], operands[1], result);
        }
        else
        {
            Run<double>(operands[0], operands[1], result);
        }
    }

    /// <summary>Where all items share a plain matrix, their products are one product, as far as no item has to be moved for it.</summary>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size)
    {
        (Tensor a, Tensor b) = (operands[0].Tensor, operands[1].Tensor);
        if (!operands[1].IsBatched && b.Rank == 2 && !TransposeLeft)
        {
            // the rows of all items under each other
            return Of(a.Reshape(size * a.Shape[1], a.Shape[2]), b).Reshape(size, a.Shape[1], TransposeRight ? b.Shape[0] : b.Shape[1]);
        }

        if (!operands[0].IsBatched && a.Rank == 2 && (TransposeRight ? b.Shape[1] : b.Shape[2]) == 1)
        {
            // op(A) x for vectors x is the product of the rows x with op(A)ᵀ
            Tensor rows = b.Reshape(size, TransposeRight ? b.Shape[2] : b.Shape[1]);
            return new MatMul(TransposeRight: !TransposeLeft).Of(rows, a).Unsqueeze(-1);
        }

        return Of(operands[0].Repeated(size), operands[1].Repeated(size));
    }

    /// <summary>C = A op(B) gives Ā = C̄ op(B)ᵀ; C = Aᵀ op(B) gives Ā = op(B) C̄ᵀ. C = op(A) B gives B̄ = op(A)ᵀ C̄; C = op(A) Bᵀ gives B̄ = C̄ᵀ
    /// op(A).</summary>
    public override (Contraction Contraction, bool CotangentFirst) Adjoint(bool ofLeft, ReadOnlySpan<TensorType> operands) =>
        (ofLeft, TransposeLeft, TransposeRight) switch
        {
            (true, true, _) => (new MatMul(TransposeRight, true), false),
            (true, false, _) => (new MatMul(false, !TransposeRight), true),
            (false, _, true) => (new MatMul(true, TransposeLeft), true),
            (false, _, false) => (new MatMul(!TransposeLeft), false),
        };

    /// <inheritdoc/>
    internal override Tensor[] OfBatch(ReadOnlySpan<BatchOperand> operands, int size) => Batches.Repeated(operands, size);

    /// <summary>Every element of a row of op(A) meets every column: where a row has a live one, all its products are.</summary>
    internal override Tensor? Live(ReadOnlySpan<Tensor> operands, Tensor? left, Tensor? right)
    {
        if (left is not null && right is not null)
        {
            return base.Live(operands, left, right);
        }

        Shape result = InferResult([operands[0].Type, operands[1].Type]).Shape;
        return left?.Any(TransposeLeft ? -2 : -1).Unsqueeze(-1).BroadcastTo(result) ?? right?.Any(TransposeRight ? -1 : -2).Unsqueeze(-2).BroadcastTo(result);
    }

    /// <summary>A transposed operand is read transposed, never moved.</summary>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit)
    {
        if (Permute.Untransposed(operands[0]) is { } a)
        {
            return emit(this with { TransposeLeft = !TransposeLeft }, [a, operands[1]]);
        }

        return Permute.Untransposed(operands[1]) is { } b ? emit(this with { TransposeRight = !TransposeRight }, [operands[0], b]) : null;
    }

    private void Run<T>(HostArray left, HostArray right, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (Shape a, Shape c) = (left.Type.Shape, result.Type.Shape);
        (int m, int n, int k) = (c[^2], c[^1], TransposeLeft ? a[^2] : a[^1]);
        (int rowA, int stepA) = TransposeLeft ? (1, m) : (k, 1);
        (int columnB, int stepB) = TransposeRight ? (k, 1) : (1, n);
        for (int item = 0; m * n > 0 && item < c.ElementCount / (m * n); item++)
        {
            Span<T> x = left.AsSpan<T>().Slice(item * m * k, m * k);
            Span<T> y = right.AsSpan<T>().Slice(item * k * n, k * n);
            Span<T> z = result.AsSpan<T>().Slice(item * m * n, m * n);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double sum = 0;
                    for (int l = 0; l < k; l++)
                    {
                        sum += double.CreateTruncating(x[(i * rowA) + (l * stepA)]) * double.CreateTruncating(y[(l * stepB) + (j * columnB)]);
                    }

                    z[(i * n) + j] = T.CreateTruncating(sum);
                }
            }
        }
    }
}
