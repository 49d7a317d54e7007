using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>
/// The cofactors of A, <c>Cᵢⱼ = ∂ det A / ∂Aᵢⱼ</c>, which is <c>det A · A⁻ᵀ</c> where A is regular; or, with further operands B₁ … Bₖ, their derivative
/// <c>DᵏC(A)[B₁, …, Bₖ]</c>.
/// </summary>
/// <remarks>
/// <para>
/// Each element of DᵏC is a sum of minors of A, so that it exists at every matrix. With the singular value decomposition <c>A = U diag(σ) Vᵀ</c> and <c>Mᵢ = Uᵀ
/// Bᵢ V</c> there is no division: in the basis of U and V only the rows and columns of one set S of k + 1 indices meet the Mᵢ, and the others give <c>Π σ</c>
/// over those that are not in S. For k = 0 this is <c>C = ± U diag(Πⱼ≠ᵢ σⱼ) Vᵀ</c>.
/// </para>
/// <para>
/// DᵏC is a symmetric multilinear form in the Bᵢ and what it is multiplied with, so that its transpose in Bᵢ has the cotangent instead of Bᵢ; in A its
/// derivative has one more operand. All orders exist, for the cost of a decomposition and <c>n!/(n−k−1)! k! (k+1)</c> further terms.
/// </para>
/// </remarks>
internal sealed record Cofactors : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static Cofactors Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireSquare(operands[0]);
        foreach (TensorType operand in operands)
        {
            if (operand != operands[0])
            {
                throw new ShapeMismatchException($"{Name}: a direction is {operand} where the matrix is {operands[0]}.");
            }
        }

        return [operands[0]];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? sum = null;
        for (int i = 0; i < operands.Length; i++)
        {
            if (tangents[i] is not { } tangent)
            {
                continue;
            }

            Tensor[] replaced = i == 0 ? [.. operands, tangent] : operands.ToArray();
            replaced[i] = i == 0 ? operands[0] : tangent;
            Tensor change = Apply(replaced)[0];
            sum = sum is null ? change : sum + change;
        }

        return [sum];
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        var results = new Tensor?[operands.Length];
        for (int i = 1; i < operands.Length; i++)
        {
            if (operands[i].IsLinear)
            {
                var replaced = new Tensor[operands.Length];
                for (int j = 0; j < operands.Length; j++)
                {
                    replaced[j] = j == i ? cotangents[0]! : operands[j].Value;
                }

                results[i] = Apply(replaced)[0];
            }
        }

        return results;
    }

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> matrix = item.Operand(0);
        int size = (int)Math.Sqrt(matrix.Length);
        item.RequireFinite(size);
        double[] u = new double[matrix.Length], s = new double[size], vt = new double[matrix.Length];
        if (!item.Kernels.Svd(matrix, u, s, vt))
        {
            throw item.Unconverged("singular values");
        }

        double sign = LuFactorization.Of([.. u], size, item.Kernels).DeterminantSign * LuFactorization.Of([.. vt], size, item.Kernels).DeterminantSign;
        var v = new double[vt.Length];
        HouseholderQr.Transposed<double>(vt, size, size, v);
        var directions = new double[item.OperandCount - 1][];
        for (int i = 0; i < directions.Length; i++)
        {
            directions[i] = Products.InBasis(u, item.Operand(i + 1), v, size, size, size);
        }

        // C = ± U (inner Vᵀ); without directions the inner matrix is diagonal
        double[] inner = new MinorSum(s, directions).Total();
        var right = new double[inner.Length];
        AddProduct(inner, vt, right, size);
        TensorPrimitives.Multiply(right, sign, right);
        AddProduct(u, right, item.Result(0), size);
    }

    private static void AddProduct(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> sum, int size)
    {
        for (int i = 0; i < size; i++)
        {
            Span<double> row = sum.Slice(i * size, size);
            for (int k = 0; k < size; k++)
            {
                if (left[(i * size) + k] is not 0 and var factor)
                {
                    TensorPrimitives.MultiplyAdd(right.Slice(k * size, size), factor, row, row);
                }
            }
        }
    }

    /// <summary>DᵏC of a diagonal matrix: over all sets S of k + 1 indices, with <c>Π σ</c> of the others, the derivatives of a determinant of k + 1 rows whose
    /// entries are those of the directions.</summary>
    private sealed class MinorSum(double[] values, double[][] directions)
    {
        private readonly int _size = values.Length;
        private readonly int _rank = directions.Length + 1;
        private readonly int[] _set = new int[directions.Length + 1];
        private readonly int[] _columns = new int[directions.Length + 1];
        private readonly double[] _sum = new double[values.Length * values.Length];

        public double[] Total()
        {
            Choose(0, 0, 1);
            return _sum;
        }

        // S in ascending order; the product is that of the values passed over so far
        private void Choose(int chosen, int next, double others)
        {
            if (chosen == _rank)
            {
                for (int k = next; k < _size; k++)
                {
                    others *= values[k];
                }

                if (others != 0)
                {
                    Place(0, 0, others, -1, 0);
                }

                return;
            }

            for (int k = next; k <= _size - (_rank - chosen); k++)
            {
                _set[chosen] = k;
                Choose(chosen + 1, k + 1, others);
                others *= values[k];
            }
        }

        // row by row: the column that it takes, and which direction its entry is of; one row is left out, where the result stands
        private void Place(int row, int usedColumns, double product, int open, int usedDirections)
        {
            if (row == _rank)
            {
                _sum[(_set[open] * _size) + _set[_columns[open]]] += product;
                return;
            }

            for (int column = 0, passed = 0; column < _rank; column++)
            {
                if ((usedColumns & (1 << column)) != 0)
                {
                    continue;
                }

                // the sign of a permutation: one exchange for each smaller column that is still free
                double signed = passed++ % 2 == 0 ? product : -product;
                _columns[row] = column;
                int columns = usedColumns | (1 << column);
                if (open < 0)
                {
                    Place(row + 1, columns, signed, row, usedDirections);
                }

                for (int i = 0; i < directions.Length; i++)
                {
                    double entry = directions[i][(_set[row] * _size) + _set[column]];
                    if ((usedDirections & (1 << i)) == 0 && entry != 0)
                    {
                        Place(row + 1, columns, signed * entry, open, usedDirections | (1 << i));
                    }
                }
            }
        }
    }
}
