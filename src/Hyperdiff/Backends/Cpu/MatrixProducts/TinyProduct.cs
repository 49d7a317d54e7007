using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Batches of products of a few dozen terms, as rotations and other small matrices are: done before another kernel has found its tile.</summary>
/// <remarks>
/// Every element is summed in the order in which other kernels would: as one chain of fused multiply-adds in the order of p, as in
/// <see cref="RegisterTile{T, TVector, TLanes, TRows, TVectors, TLayout}"/> and in combinations of rows, or, where the rows of a matrix are multiplied with a
/// vector, lane by lane, as in <see cref="RowKernels{T, TVector, TLanes}"/>. So the same product has the same digits in every graph.
/// </remarks>
internal static unsafe class TinyProduct<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // two products of 4 × 4 matrices; above, tiles of registers are faster
    private const int MostWork = 128;

    // four doubles or floats are a vector that every machine with vectors has, or two
    private const int Lanes = 4;

    /// <summary>Whether a product is so small.</summary>
    /// <param name="problem">The product.</param>
    /// <param name="lanes">How many elements the vectors have in which rows are multiplied with a vector: those of one are added up in halves.</param>
    public static bool Fits(in ProductProblem<T> problem, int lanes) => problem.Work <= MostWork
        && (!IsWithVector(problem) || (!problem.Accumulate && (!IsByRows(problem) || problem.Inner <= Math.Min(lanes, Lanes))));

    /// <summary>Computes products of a batch, one after the other.</summary>
    /// <param name="problem">The first.</param>
    /// <param name="shape">How far apart they are.</param>
    /// <param name="count">How many.</param>
    public static void Multiply(in ProductProblem<T> problem, in ProductShape shape, int count)
    {
        T* left = problem.Left, right = problem.Right, result = problem.Result;
        for (int item = 0; item < count; item++)
        {
            Multiply(problem, left, right, result);
            left += shape.LeftBatchStep;
            right += shape.RightBatchStep;
            result += shape.ResultBatchStep;
        }
    }

    private static bool IsWithVector(in ProductProblem<T> problem) => problem.Rows == 1 || problem.Columns == 1;

    // whether what is multiplied with a vector lies in rows as long as that; a column is looked at first, as by VectorProblem
    private static bool IsByRows(in ProductProblem<T> problem) => IsWithVector(problem)
        && (problem.Columns == 1 ? problem.LeftInnerStep : problem.RightInnerStep) == 1;

    private static void Multiply(in ProductProblem<T> problem, T* left, T* right, T* result)
    {
        if (IsByRows(problem))
        {
            ByLanes(problem, left, right, result);
        }
        else if (problem.Columns == Lanes && problem.Inner <= Lanes && Vector256.IsHardwareAccelerated)
        {
            if (typeof(T) == typeof(double))
            {
                FourColumns<Vector256<T>, Lanes256<T>>(problem, left, right, result);
            }
            else
            {
                FourColumns<Vector128<T>, Lanes128<T>>(problem, left, right, result);
            }
        }
        else
        {
            switch (problem.Inner)
            {
                case 1: ByChains<One>(problem, left, right, result); break;
                case 2: ByChains<Two>(problem, left, right, result); break;
                case 3: ByChains<Three>(problem, left, right, result); break;
                default: ByChains<Four>(problem, left, right, result); break;
            }
        }
    }

    // with four terms and more
    private static void ByChains<TInner>(in ProductProblem<T> problem, T* left, T* right, T* result)
        where TInner : struct, IConstant
    {
        (nint leftStep, nint rightStep) = (problem.LeftInnerStep, problem.RightInnerStep);
        for (int i = 0; i < problem.Rows; i++)
        {
            for (int j = 0; j < problem.Columns; j++)
            {
                T* column = right + (j * problem.RightColumnStep);
                T sum = T.FusedMultiplyAdd(left[0], column[0], T.Zero);
                sum = TInner.Value < 2 ? sum : T.FusedMultiplyAdd(left[leftStep], column[rightStep], sum);
                sum = TInner.Value < 3 ? sum : T.FusedMultiplyAdd(left[2 * leftStep], column[2 * rightStep], sum);
                for (int p = 3; TInner.Value > 3 && p < problem.Inner; p++)
                {
                    sum = T.FusedMultiplyAdd(left[p * leftStep], column[p * rightStep], sum);
                }

                result[j] = problem.Accumulate ? result[j] + sum : sum;
            }

            left += problem.LeftRowStep;
            result += problem.ResultStride;
        }
    }

    // four lanes, of which the last may be zeros, are added up in halves
    private static void ByLanes(in ProductProblem<T> problem, T* left, T* right, T* result)
    {
        bool isColumn = problem.Columns == 1;
        T* row = isColumn ? left : right, vector = isColumn ? right : left;
        (nint rowStep, nint step) = isColumn ? (problem.LeftRowStep, problem.RightInnerStep) : (problem.RightColumnStep, problem.LeftInnerStep);
        (int results, nint resultStep) = isColumn ? (problem.Rows, problem.ResultStride) : (problem.Columns, 1);
        for (int i = 0; i < results; i++)
        {
            T even = T.FusedMultiplyAdd(row[0], vector[0], T.Zero), odd = T.Zero;
            if (problem.Inner > 2)
            {
                even += T.FusedMultiplyAdd(row[2], vector[2 * step], T.Zero);
            }

            if (problem.Inner > 1)
            {
                odd = T.FusedMultiplyAdd(row[1], vector[step], T.Zero);
            }

            if (problem.Inner > 3)
            {
                odd += T.FusedMultiplyAdd(row[3], vector[3 * step], T.Zero);
            }

            *result = even + odd;
            row += rowStep;
            result += resultStep;
        }
    }

    [SkipLocalsInit]
    private static void FourColumns<TVector, TLanes>(in ProductProblem<T> problem, T* left, T* right, T* result)
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector>
    {
        T* turned = stackalloc T[Lanes * Lanes];
        nint step = problem.RightInnerStep;
        if (problem.RightColumnStep != 1)
        {
            for (int p = 0; p < problem.Inner; p++)
            {
                for (int j = 0; j < Lanes; j++)
                {
                    turned[(p * Lanes) + j] = right[(p * step) + (j * problem.RightColumnStep)];
                }
            }

            right = turned;
            step = Lanes;
        }

        for (int i = 0; i < problem.Rows; i++)
        {
            TVector sum = TLanes.Zero;
            for (int p = 0; p < problem.Inner; p++)
            {
                sum = TLanes.MultiplyAdd(TLanes.Broadcast(left[p * problem.LeftInnerStep]), TLanes.Load(right + (p * step)), sum);
            }

            TLanes.Store(problem.Accumulate ? TLanes.Add(TLanes.Load(result), sum) : sum, result);
            left += problem.LeftRowStep;
            result += problem.ResultStride;
        }
    }
}
