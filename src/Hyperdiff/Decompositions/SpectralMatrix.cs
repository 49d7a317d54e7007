using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary><c>X = V diag(x) Vᵀ</c> with the eigenvectors V of A: the gradient of a function of eigenvalues, where x is its gradient in them. Operands: A, its
/// w and V, and x, in which it is linear.</summary>
/// <remarks>
/// Its derivative in A goes by A, not by V: <c>Ẋ = V (diag(ẋ) + D∘M) Vᵀ</c> with <c>M = Vᵀ Ṡ V</c> and the <see cref="DividedDifferences"/> D of x over w,
/// which exist at equal eigenvalues where V̇ does not. So second derivatives of symmetric functions of eigenvalues exist at every matrix, and hold to rounding
/// near ties. Source: Lewis and Sendov (2001), "Twice differentiable spectral functions", doi:10.1137/S089547980036838X, theorem 3.3.
/// </remarks>
internal sealed record SpectralMatrix : MatrixPrimitive
{
    private static readonly DividedDifferences s_differences = new("Eigh", "eigenvalues");

    /// <summary>The primitive.</summary>
    public static SpectralMatrix Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [operands[2]];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor a, Tensor w, Tensor v, Tensor x) = (operands[0], operands[1], operands[2], operands[3]);
        Tensor? change = tangents[3] is { } dx ? Apply(a, w, v, dx)[0] : null;
        if (tangents[0] is not { } da)
        {
            return [change];
        }

        Tensor direction = new TieDirections(Even: false).Apply(w)[0];
        Tensor differences = s_differences.Apply(w, x, direction, SlopeAlongTies.Of(x, w, direction))[0];
        Tensor turned = v.MatMul(differences * v.Transpose().MatMul(SymmetricPart(da)).MatMul(v)).MatMul(v.Transpose());
        return [change is null ? turned : change + turned];
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        Tensor v = operands[2].Value;
        return [null, null, null, (cotangents[0]!.MatMul(v) * v).Sum(-2)];
    }

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> v = item.Operand(2);
        ReadOnlySpan<double> x = item.Operand(3);
        Span<double> result = item.Result(0);
        var scaled = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            TensorPrimitives.Multiply(v.Slice(i * x.Length, x.Length), x, scaled);
            for (int j = 0; j <= i; j++)
            {
                result[(i * x.Length) + j] = result[(j * x.Length) + i] = TensorPrimitives.Dot(scaled, v.Slice(j * x.Length, x.Length));
            }
        }
    }
}
