using System.Numerics;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Gathers the rotations of many sweeps, and turns a stripe of columns by all of them, two sweeps at a time, so that a row is read and written once
/// for four rotations; and all sweeps for a few rows before the first goes on, so that these stay in the nearest cache.</summary>
/// <remarks>Source: Van Zee, van de Geijn and Quintana-Ortí (2014), "Restructuring the tridiagonal and bidiagonal QR algorithms for performance",
/// doi:10.1145/2535371, §4 and §5. Stripes have nothing to do with each other: threads share them, and bits do not depend on how.</remarks>
internal sealed class RotationSweeps<T> : IRowRotations
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Most = 48;

    private readonly WorkerPool _pool;
    private readonly T[] _rows;
    private readonly int _count;
    private readonly int _length;

    // of each sweep, for every row, cosine and sine; (1, 0) outside of it
    private readonly (T C, T S)[] _rotations;
    private readonly (int Low, int High)[] _ranges = new (int Low, int High)[Most];
    private int _sweeps;

    /// <summary>Rotates the rows of a matrix, once <see cref="Finish"/> is called.</summary>
    /// <param name="pool">Threads that share it.</param>
    /// <param name="rows">The matrix, row-major.</param>
    /// <param name="size">Rows, and their length.</param>
    public RotationSweeps(WorkerPool pool, T[] rows, (int Count, int Length) size)
    {
        (_pool, _rows, _count, _length) = (pool, rows, size.Count, size.Length);
        _rotations = new (T C, T S)[Most * size.Count];
    }

    /// <inheritdoc/>
    public void Begin(int low, int high)
    {
        if (_sweeps == Most)
        {
            Finish();
        }

        _rotations.AsSpan(_sweeps * _count, _count).Fill((T.One, T.Zero));
        _ranges[_sweeps++] = (low, high);
    }

    /// <inheritdoc/>
    public void Rotate(int k, double c, double s) => _rotations[((_sweeps - 1) * _count) + k] = (T.CreateTruncating(c), T.CreateTruncating(s));

    /// <summary>Does what is gathered.</summary>
    public void Finish()
    {
        switch (VectorWidths.Widest)
        {
            case VectorWidth.Bits512:
                Finish<Vector512<T>, Lanes512<T>>();
                break;
            case VectorWidth.Bits256:
                Finish<Vector256<T>, Lanes256<T>>();
                break;
            default:
                Finish<Vector128<T>, Lanes128<T>>();
                break;
        }
    }

    private unsafe void Finish<TVector, TLanes>()
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector>
    {
        if (_sweeps % 2 != 0)
        {
            int row = _ranges[_sweeps - 1].Low;
            Begin(row, row + 1);
        }

        if (_sweeps == 0)
        {
            return;
        }

        // two sweeps turn the rows that one or the other does
        for (int sweep = 0; sweep < _sweeps; sweep += 2)
        {
            ((int low, int high), (int nextLow, int nextHigh)) = (_ranges[sweep], _ranges[sweep + 1]);
            _ranges[sweep / 2] = (Math.Min(low, nextLow), Math.Max(high, nextHigh));
        }

        int width = RotatedStripes<T, TVector, TLanes>.Width;
        fixed (T* rows = _rows)
        fixed ((T C, T S)* rotations = _rotations)
        fixed ((int Low, int High)* ranges = _ranges)
        {
            _pool.Run((_length + width - 1) / width, new RotatedStripes<T, TVector, TLanes>(rows, (_count, _length, _sweeps / 2), rotations, ranges));
        }

        _sweeps = 0;
    }
}
