using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Products of a few dozen terms, as batches of rotations and other small matrices have them: done before another kernel has found its tile.</summary>
/// <remarks>Every element is one chain of fused multiply-adds in the order of p, as in
/// <see cref="RegisterTile{T, TVector, TLanes, TRows, TVectors, TLayout}"/>.</remarks>
internal static unsafe class TinyProduct<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // two products of 4 × 4 matrices; above, tiles of registers are faster
    private const int MostWork = 128;

    // four doubles or floats are a vector that every machine with vectors has, or two
    private const int Lanes = 4;

    /// <summary>Whether a product is so small. One with a vector sums in the order of lanes, as it does within one pass over a matrix, whatever its size: the
    /// same product has the same digits in every graph.</summary>
    public static bool Fits(in ProductProblem<T> problem) => problem.Work <= MostWork && problem.Rows > 1 && problem.Columns > 1;

    /// <summary>Computes the product.</summary>
    public static void Multiply(in ProductProblem<T> problem)
    {
        if (problem.Columns == Lanes && problem.Inner <= Lanes && Vector256.IsHardwareAccelerated)
        {
            if (typeof(T) == typeof(double))
            {
                FourColumns<Vector256<T>, Lanes256<T>>(problem);
            }
            else
            {
                FourColumns<Vector128<T>, Lanes128<T>>(problem);
            }
        }
        else
        {
            ByElements(problem);
        }
    }

    private static void ByElements(in ProductProblem<T> problem)
    {
        for (int i = 0; i < problem.Rows; i++)
        {
            T* row = problem.Left + (i * problem.LeftRowStep), result = problem.Result + (i * problem.ResultStride);
            for (int j = 0; j < problem.Columns; j++)
            {
                T* column = problem.Right + (j * problem.RightColumnStep);
                T sum = T.Zero;
                for (int p = 0; p < problem.Inner; p++)
                {
                    sum = T.FusedMultiplyAdd(row[p * problem.LeftInnerStep], column[p * problem.RightInnerStep], sum);
                }

                result[j] = problem.Accumulate ? result[j] + sum : sum;
            }
        }
    }

    [SkipLocalsInit]
    private static void FourColumns<TVector, TLanes>(in ProductProblem<T> problem)
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector>
    {
        T* turned = stackalloc T[Lanes * Lanes];
        T* right = problem.Right;
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
            T* row = problem.Left + (i * problem.LeftRowStep), result = problem.Result + (i * problem.ResultStride);
            TVector sum = TLanes.Zero;
            for (int p = 0; p < problem.Inner; p++)
            {
                sum = TLanes.MultiplyAdd(TLanes.Broadcast(row[p * problem.LeftInnerStep]), TLanes.Load(right + (p * step)), sum);
            }

            TLanes.Store(problem.Accumulate ? TLanes.Add(TLanes.Load(result), sum) : sum, result);
        }
    }
}
