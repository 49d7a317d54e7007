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
        if (problem.Transposed)
        {
            RowCombination<T, TVector, TLanes> work = new(problem);
            pool.Run(work.Count, work);
        }
        else
        {
            RowDots<T, TVector, TLanes> work = new(problem);
            pool.Run(work.Count, work);
        }
    }
}
