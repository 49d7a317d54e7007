using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Gathers the rotations of many sweeps, and turns a stripe of columns by all of them while it lies in the cache, two sweeps at a time, so that a row
/// is read and written once for four rotations.</summary>
/// <remarks>Source: Van Zee, van de Geijn and Quintana-Ortí (2014), "Restructuring the tridiagonal and bidiagonal QR algorithms for performance",
/// doi:10.1145/2535371, §4 and §5.</remarks>
internal sealed class RotationSweeps<T> : IRowRotations
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Most = 48;

    private readonly T[] _rows;
    private readonly int _count;
    private readonly int _length;

    // of each sweep, for every row, cosine and sine; (1, 0) outside of it
    private readonly (T C, T S)[] _rotations;
    private readonly (int Low, int High)[] _ranges = new (int Low, int High)[Most];
    private int _sweeps;

    /// <summary>Rotates the rows of a matrix, once <see cref="Finish"/> is called.</summary>
    /// <param name="rows">The matrix, row-major.</param>
    /// <param name="size">Rows, and their length.</param>
    public RotationSweeps(T[] rows, (int Count, int Length) size)
    {
        (_rows, _count, _length) = (rows, size.Count, size.Length);
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

        int width = Stripe<TVector, TLanes>.Width;
        PanelBuffer buffer = PanelBuffer.Rent<T>(_count * width);
        fixed (T* rows = _rows)
        fixed ((T C, T S)* rotations = _rotations)
        {
            T* stripe = (T*)buffer.Address;
            for (int left = 0; left < _length && _sweeps > 0; left += width)
            {
                int columns = Math.Min(width, _length - left);
                for (int i = 0; i < _count; i++)
                {
                    var line = new Span<T>(stripe + ((nint)i * width), width);
                    new ReadOnlySpan<T>(rows + ((nint)i * _length) + left, columns).CopyTo(line);
                    line[columns..].Clear();
                }

                for (int sweep = 0; sweep < _sweeps; sweep += 2)
                {
                    (T C, T S)* first = rotations + ((nint)sweep * _count);
                    (int Low, int High) range =
                        (Math.Min(_ranges[sweep].Low, _ranges[sweep + 1].Low), Math.Max(_ranges[sweep].High, _ranges[sweep + 1].High));
                    Stripe<TVector, TLanes>.Turn(stripe, first, first + _count, range);
                }

                for (int i = 0; i < _count; i++)
                {
                    new ReadOnlySpan<T>(stripe + ((nint)i * width), columns).CopyTo(new Span<T>(rows + ((nint)i * _length) + left, columns));
                }
            }
        }

        buffer.Return();
        _sweeps = 0;
    }

    /// <summary>A stripe of four vectors.</summary>
    private static unsafe class Stripe<TVector, TLanes>
        where TVector : unmanaged
        where TLanes : struct, IVectorLanes<T, TVector>
    {
        /// <summary>Its elements in a row.</summary>
        public static int Width => 4 * TLanes.Count;

        /// <summary>Turns by two sweeps, the second one row behind the first.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Turn(T* stripe, (T C, T S)* first, (T C, T S)* second, (int Low, int High) range)
        {
            int lanes = TLanes.Count, width = 4 * lanes;
            T* row = stripe + ((nint)range.Low * width);

            // x is what the first sweep has reached, y the row before, which the second has
            TVector x0 = TLanes.Load(row), x1 = TLanes.Load(row + lanes), x2 = TLanes.Load(row + (2 * lanes)), x3 = TLanes.Load(row + (3 * lanes));
            TVector c = TLanes.Broadcast(first[range.Low].C), s = TLanes.Broadcast(first[range.Low].S), minus = TLanes.Broadcast(-first[range.Low].S);
            row += width;
            TVector next = TLanes.Load(row);
            TVector y0 = Rotated(c, x0, s, next);
            x0 = Rotated(c, next, minus, x0);
            next = TLanes.Load(row + lanes);
            TVector y1 = Rotated(c, x1, s, next);
            x1 = Rotated(c, next, minus, x1);
            next = TLanes.Load(row + (2 * lanes));
            TVector y2 = Rotated(c, x2, s, next);
            x2 = Rotated(c, next, minus, x2);
            next = TLanes.Load(row + (3 * lanes));
            TVector y3 = Rotated(c, x3, s, next);
            x3 = Rotated(c, next, minus, x3);
            for (int k = range.Low + 1; k < range.High; k++)
            {
                (c, s, minus) = (TLanes.Broadcast(first[k].C), TLanes.Broadcast(first[k].S), TLanes.Broadcast(-first[k].S));
                TVector secondC = TLanes.Broadcast(second[k - 1].C), secondS = TLanes.Broadcast(second[k - 1].S);
                TVector secondMinus = TLanes.Broadcast(-second[k - 1].S);
                T* before = row - width;
                row += width;

                next = TLanes.Load(row);
                TVector turned = Rotated(c, x0, s, next);
                x0 = Rotated(c, next, minus, x0);
                TLanes.Store(Rotated(secondC, y0, secondS, turned), before);
                y0 = Rotated(secondC, turned, secondMinus, y0);

                next = TLanes.Load(row + lanes);
                turned = Rotated(c, x1, s, next);
                x1 = Rotated(c, next, minus, x1);
                TLanes.Store(Rotated(secondC, y1, secondS, turned), before + lanes);
                y1 = Rotated(secondC, turned, secondMinus, y1);

                next = TLanes.Load(row + (2 * lanes));
                turned = Rotated(c, x2, s, next);
                x2 = Rotated(c, next, minus, x2);
                TLanes.Store(Rotated(secondC, y2, secondS, turned), before + (2 * lanes));
                y2 = Rotated(secondC, turned, secondMinus, y2);

                next = TLanes.Load(row + (3 * lanes));
                turned = Rotated(c, x3, s, next);
                x3 = Rotated(c, next, minus, x3);
                TLanes.Store(Rotated(secondC, y3, secondS, turned), before + (3 * lanes));
                y3 = Rotated(secondC, turned, secondMinus, y3);
            }

            // the second sweep ends with what the first left in the last two rows
            int last = range.High - 1;
            (c, s, minus) = (TLanes.Broadcast(second[last].C), TLanes.Broadcast(second[last].S), TLanes.Broadcast(-second[last].S));
            T* above = row - width;
            TLanes.Store(Rotated(c, y0, s, x0), above);
            TLanes.Store(Rotated(c, x0, minus, y0), row);
            TLanes.Store(Rotated(c, y1, s, x1), above + lanes);
            TLanes.Store(Rotated(c, x1, minus, y1), row + lanes);
            TLanes.Store(Rotated(c, y2, s, x2), above + (2 * lanes));
            TLanes.Store(Rotated(c, x2, minus, y2), row + (2 * lanes));
            TLanes.Store(Rotated(c, y3, s, x3), above + (3 * lanes));
            TLanes.Store(Rotated(c, x3, minus, y3), row + (3 * lanes));
        }

        // c x + s y
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Rotated(TVector c, TVector x, TVector s, TVector y) => TLanes.MultiplyAdd(c, x, TLanes.MultiplyAdd(s, y, TLanes.Zero));
    }
}
