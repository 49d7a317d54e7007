using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>A factored square matrix: solves with it and with its transpose.</summary>
internal abstract class Factorization
{
    /// <summary>The number of rows.</summary>
    public abstract int Size { get; }

    /// <summary>X ← A⁻¹ X.</summary>
    /// <param name="x"><c>[n, columns]</c>, row-major.</param>
    /// <param name="columns">The number of right-hand sides.</param>
    public abstract void Solve(Span<double> x, int columns);

    /// <summary>X ← A⁻ᵀ X.</summary>
    /// <param name="x"><c>[n, columns]</c>, row-major.</param>
    /// <param name="columns">The number of right-hand sides.</param>
    public abstract void SolveTransposed(Span<double> x, int columns);

    /// <summary>A⁻¹ b, in a new array.</summary>
    public double[] Solve(ReadOnlySpan<double> rightHandSide)
    {
        double[] x = rightHandSide.ToArray();
        Solve(x, 1);
        return x;
    }

    /// <summary>A⁻ᵀ b, in a new array.</summary>
    public double[] SolveTransposed(ReadOnlySpan<double> rightHandSide)
    {
        double[] x = rightHandSide.ToArray();
        SolveTransposed(x, 1);
        return x;
    }

    /// <summary>An estimate, from below, of the condition number in the 1-norm, ‖A‖₁ ‖A⁻¹‖₁.</summary>
    /// <remarks>
    /// A few solves with A and Aᵀ climb to a column of A⁻¹ that is large. It is seldom off by more than a factor 3. Source: Hager (1984), "Condition
    /// estimates", doi:10.1137/0905023, algorithm 3.1, in the form of Higham (2002), "Accuracy and Stability of Numerical Algorithms",
    /// doi:10.1137/1.9780898718027, 2nd edition, algorithm 15.1, with its alternative vector that defeats cancellation.
    /// </remarks>
    /// <param name="norm">‖A‖₁.</param>
    public double Condition(double norm)
    {
        const int MaxSolves = 5;
        double[] x = new double[Size], y = new double[Size];
        Array.Fill(x, 1.0 / Size);
        double estimate = 0;
        int largest = -1;
        for (int i = 0; i < MaxSolves; i++)
        {
            estimate = Math.Max(estimate, SolvedSum(x, y));
            for (int j = 0; j < Size; j++)
            {
                y[j] = y[j] < 0 ? -1.0 : 1.0;
            }

            SolveTransposed(y, 1);
            int next = 0;
            for (int j = 1; j < Size; j++)
            {
                next = Math.Abs(y[j]) > Math.Abs(y[next]) ? j : next;
            }

            if (next == largest)
            {
                break;
            }

            Array.Clear(x);
            (x[next], largest) = (1, next);
        }

        for (int i = 0; i < Size; i++)
        {
            x[i] = (i % 2 == 0 ? 1 : -1) * (1 + (Size == 1 ? 0 : (double)i / (Size - 1)));
        }

        return norm * Math.Max(estimate, 2 * SolvedSum(x, y) / (3 * Size));
    }

    /// <summary>Y ← A⁻¹ X, and ‖Y‖₁.</summary>
    private double SolvedSum(double[] x, double[] y)
    {
        x.CopyTo(y, 0);
        Solve(y, 1);
        double sum = 0;
        foreach (double element in y)
        {
            sum += Math.Abs(element);
        }

        return sum;
    }

    /// <summary>An estimate, from below, of ‖A⁻¹‖₂, by steps of inverse iteration with AᵀA and A Aᵀ.</summary>
    /// <remarks>Each step brings the parts along other singular values down by the squares of their ratios to the least one, and what they leave of the norm is
    /// second order in them; where several lie close together any vector along these gives the norm.</remarks>
    /// <param name="x">A random vector, which is overwritten.</param>
    public double InverseNorm(double[] x)
    {
        const int Steps = 8;
        double estimate = 0;
        for (int i = 0; i < Steps; i++)
        {
            TensorPrimitives.Divide(x, TensorPrimitives.Norm<double>(x), x);
            Solve(x, 1);
            estimate = Math.Max(estimate, TensorPrimitives.Norm<double>(x));
            SolveTransposed(x, 1);
        }

        return estimate;
    }

    /// <summary>‖A‖_F, the root of the sum of squares.</summary>
    public static double FrobeniusNorm(double[,] matrix) => TensorPrimitives.Norm<double>(Entries(matrix));

    /// <summary>All entries, row-major, where they lie.</summary>
    public static Span<double> Entries(double[,] matrix) =>
        MemoryMarshal.CreateSpan(ref Unsafe.As<byte, double>(ref MemoryMarshal.GetArrayDataReference(matrix)), matrix.Length);

    /// <summary>‖A‖₁, the largest sum of a column's absolute values.</summary>
    public static double Norm(double[,] matrix)
    {
        double largest = 0;
        for (int column = 0; column < matrix.GetLength(1); column++)
        {
            double sum = 0;
            for (int row = 0; row < matrix.GetLength(0); row++)
            {
                sum += Math.Abs(matrix[row, column]);
            }

            largest = double.IsNaN(sum) ? sum : Math.Max(largest, sum);
        }

        return largest;
    }

    /// <summary>
    /// Whether a pivot, computed as a difference of k products from an element, is no larger than what rounding may make of a zero: k + 1 units of the sum of
    /// the absolute values of its terms. The test does not change when rows or columns are scaled. True for NaN.
    /// </summary>
    /// <remarks>Source: the backward error of elimination, Higham (2002), "Accuracy and Stability of Numerical Algorithms", 2nd edition, lemma 8.4 and theorem
    /// 9.3.</remarks>
    /// <param name="pivot">The pivot.</param>
    /// <param name="terms">The sum of the absolute values of what it was computed from.</param>
    /// <param name="k">How many products were subtracted.</param>
    public static bool IsRounding<T>(T pivot, T terms, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => !(T.Abs(pivot) > T.CreateChecked(k + 1) * Unit<T>() * terms);

    /// <summary>The rounding unit of a type, ε.</summary>
    public static T Unit<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.BitIncrement(T.One) - T.One;

    /// <summary>What factors matrices of the host.</summary>
    protected static IMatrixKernels<double> Kernels => (HostExecution.Backend as IMatrixKernelSource)?.MatrixKernels ?? DefiningKernels<double>.Instance;

    /// <summary>The elements of a matrix, row-major.</summary>
    protected static double[] RowMajor(double[,] matrix)
    {
        var elements = new double[matrix.Length];
        Buffer.BlockCopy(matrix, 0, elements, 0, sizeof(double) * elements.Length);
        return elements;
    }
}
