using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Products with one row or one column: bound by reading the matrix, which is read once, in the order in which it lies.</summary>
internal static unsafe class MatrixVectorProduct<T, TVector, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TVector : unmanaged
    where TLanes : struct, IVectorLanes<T, TVector>
{
    /// <summary>Computes the product.</summary>
    public static void Multiply(in VectorProblem<T> problem, WorkerPool pool)
    {
        if (problem.VectorStep == 1)
        {
            MultiplyContiguous(problem, pool);
            return;
        }

        int length = problem.Transposed ? problem.Rows : problem.Columns;
        PanelBuffer buffer = PanelBuffer.Rent<T>(length);
        T* vector = (T*)buffer.Address;
        for (int p = 0; p < length; p++)
        {
            vector[p] = problem.Vector[p * problem.VectorStep];
        }

        MultiplyContiguous(problem.WithVector(vector), pool);
        buffer.Return();
    }

    private static void MultiplyContiguous(in VectorProblem<T> problem, WorkerPool pool)
    {
        if (!problem.Transposed)
        {
            RowDots<T, TVector, TLanes> dots = new(problem);
            pool.Run(dots.Count, dots);
            return;
        }

        RowCombination<T, TVector, TLanes> combination = new(problem);
        EvenSplit chunks = TallCombination<T, TVector, TLanes>.Cut(problem);
        if (combination.Count > 1 || chunks.Parts == 1)
        {
            pool.Run(combination.Count, combination);
        }
        else
        {
            TallCombination<T, TVector, TLanes>.Multiply(problem, chunks, pool);
        }
    }
}
