using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>The solution X of <c>op(A) X = B</c> for square A, where op is the transpose or nothing, by its <see cref="LuFactors"/>. Operands: A, B, and the
/// factors.</summary>
/// <remarks>Linear in B, and the transpose solves with the other op. <c>op(A) Ẋ = Ḃ − op(Ȧ) X</c>: derivatives of all orders solve with the same factors.
/// Where these are in float32 and right sides are few, solutions are refined with A (<see cref="Refinement"/>); where that fails, A is factored
/// again.</remarks>
/// <param name="Transposed">Whether op transposes.</param>
internal sealed record MatrixSolve(bool Transposed = false) : SystemSolve(Transposed)
{
    // a round reads A once for each column, and widens it: for so many rows it is a small part of what factoring took
    private const int RowsOfRefinedColumn = 16;

    /// <inheritdoc/>
    public override string Name => "Solve";

    private protected override bool BeginsWithZeros => false;

    /// <summary>The solution of <c>op(A) X = B</c>, A being factored.</summary>
    public static Tensor Of(Tensor matrix, Tensor rightHandSide, bool transposed = false)
    {
        var solve = new MatrixSolve(transposed);
        solve.Infer([matrix.Type, rightHandSide.Type]);
        return solve.Apply(matrix, rightHandSide, LuFactors.Instance.Apply(matrix)[0])[0];
    }

    private protected override bool IsLarge(TensorType matrix) => HasManyRows(matrix);

    private protected override bool TryCompute(MatrixItem<float> item)
    {
        Span<float> x = item.Result(0);
        int[] exchanges = Exchanges(item);
        int size = exchanges.Length, columns = x.Length / size;
        item.Operand(1).CopyTo(x);
        Solve(item, exchanges, x);
        if (columns * RowsOfRefinedColumn > size)
        {
            return Finiteness.IsOf<float>(x);
        }

        void Again(Memory<float> y) => Solve(item, exchanges, y.Span);
        float[] given = new float[size], solution = new float[size];
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i < size; i++)
            {
                (given[i], solution[i]) = (item.Operand(1)[(i * columns) + j], x[(i * columns) + j]);
            }

            if (!Refinement.TryRefine(item.Operand(0), Transposed, given, solution, Again))
            {
                return false;
            }

            for (int i = 0; i < size; i++)
            {
                x[(i * columns) + j] = solution[i];
            }
        }

        return true;
    }

    private protected override void Compute(MatrixItem<double> item)
    {
        Span<double> x = item.Result(0);
        int size = (int)Math.Sqrt(item.Operand(0).Length);
        item.Operand(1).CopyTo(x);
        if (!item.AreFactorsRounded)
        {
            Solve(item, Exchanges(item), x);
            return;
        }

        LuFactorization again = LuFactorization.Of(item.Operand(0).ToArray(), size, item.Kernels);
        if (Transposed)
        {
            again.SolveTransposed(x, x.Length / size);
        }
        else
        {
            again.Solve(x, x.Length / size);
        }
    }

    private void Solve<T>(MatrixItem<T> item, int[] exchanges, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LuElimination.Solve(item.Kernels, item.Operand(2)[..(exchanges.Length * exchanges.Length)], exchanges, x, Transposed);

    private static int[] Exchanges<T>(MatrixItem<T> item)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = (int)Math.Sqrt(item.Operand(0).Length);
        var exchanges = new int[size];
        for (int k = 0; k < size; k++)
        {
            exchanges[k] = int.CreateTruncating(item.Operand(2)[(size * size) + k]);
        }

        return exchanges;
    }
}
