using System.Buffers;
using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Factorizations by a native library, from the size on where they are faster than the definitions.</summary>
/// <remarks>LAPACK's matrices lie by columns, ours by rows: what it is given is the transposed matrix.</remarks>
/// <typeparam name="T">double or float.</typeparam>
internal sealed unsafe class LapackKernels<T> : IMatrixKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LapackLibrary<T> _library;
    private readonly BlockedKernels<T> _blocked;

    /// <summary>Uses a loaded library, and our own code by these products for QR, whose columns would have to be turned for the library, and for
    /// symmetric eigenvectors, where it is as fast on one thread and shares the work among more.</summary>
    public LapackKernels(LapackLibrary<T> library, MatrixProduct product) => (_library, _blocked) = (library, new BlockedKernels<T>(product));

    /// <summary>From this number of rows on, eigenvalues and singular values take half the time of the definitions, or less; below about half of it,
    /// more.</summary>
    public static int Least => 96;

    /// <inheritdoc/>
    public void SymmetricPart(ReadOnlySpan<T> matrix, Span<T> lower, int size) => _blocked.SymmetricPart(matrix, lower, size);

    /// <inheritdoc/>
    public int FactorCholesky(Span<T> matrix, int size)
    {
        if (size < Least)
        {
            return DefiningKernels<T>.Instance.FactorCholesky(matrix, size);
        }

        // By columns the lower triangle is the one above our diagonal. Turning it and L back takes a tenth of what A = LLᵀ saves: A = UᵀU with U = Lᵀ of the
        // triangle as it lies takes OpenBLAS half as long again.
        byte triangle = (byte)'L';
        int failed;
        Turning.Mirror(matrix, size, up: true);
        fixed (T* a = matrix)
        {
            _library.Cholesky(&triangle, &size, a, &size, &failed, 1);
        }

        Turning.Mirror(matrix, size, up: false);
        return failed - 1;
    }

    /// <inheritdoc/>
    public void FactorLu(Span<T> matrix, Span<int> exchanges)
    {
        int size = exchanges.Length;
        if (size < Least)
        {
            DefiningKernels<T>.Instance.FactorLu(matrix, exchanges);
            return;
        }

        // by columns this is Aᵀ, whose rows, our columns, are exchanged
        int singular;
        fixed (T* a = matrix)
        fixed (int* pivots = exchanges)
        {
            _library.Lu(&size, &size, a, &size, pivots, &singular);
        }

        foreach (ref int exchange in exchanges)
        {
            exchange--;
        }
    }

    /// <inheritdoc/>
    public void FactorQr(ReadOnlySpan<T> matrix, (int Rows, int Columns) size, Span<T> q, Span<T> r) => _blocked.FactorQr(matrix, size, q, r);

    /// <inheritdoc/>
    public void SolveTriangular(ReadOnlySpan<T> matrix, TriangularForm form, Span<T> x, int size)
    {
        int columns = size == 0 ? 0 : x.Length / size;
        if (size < Least || columns < 2)
        {
            DefiningKernels<T>.Instance.SolveTriangular(matrix, form, x, size);
            return;
        }

        // by columns, op(T) X = B is Xᵀ op(Tᵀ)… from the right, with the other triangle
        (byte side, byte triangle) = ((byte)'R', (byte)(form.Lower ? 'U' : 'L'));
        (byte transposed, byte diagonal) = ((byte)(form.Transpose ? 'T' : 'N'), (byte)(form.UnitDiagonal ? 'U' : 'N'));
        T one = T.One;
        fixed (T* a = matrix, b = x)
        {
            _library.TriangularSolve(&side, &triangle, &transposed, &diagonal, &columns, &size, &one, a, &size, b, &columns, 1, 1, 1, 1);
        }
    }

    /// <inheritdoc/>
    public bool Eigen(Span<T> matrix, Span<T> values) => _blocked.Eigen(matrix, values);

    /// <inheritdoc/>
    public bool Svd(ReadOnlySpan<T> matrix, Span<T> u, Span<T> values, Span<T> vt)
    {
        int count = values.Length;
        if (count < Least)
        {
            return DefiningKernels<T>.Instance.Svd(matrix, u, values, vt);
        }

        // by columns this is Aᵀ = V Σ Uᵀ, with n rows and m columns; and V by columns is Vᵀ by rows, Uᵀ by columns U by rows
        (int rows, int columns) = (u.Length / count, vt.Length / count);
        T[] copy = ArrayPool<T>.Shared.Rent(matrix.Length);
        matrix.CopyTo(copy);
        int[] indices = ArrayPool<int>.Shared.Rent(8 * count);
        byte reduced = (byte)'S';
        (int ask, int failed, T best) = (-1, 0, T.Zero);
        fixed (T* a = copy, left = u, w = values, right = vt)
        fixed (int* integers = indices)
        {
            _library.Svd(&reduced, &columns, &rows, a, &columns, w, right, &columns, left, &count, &best, &ask, integers, &failed, 1);
            int length = int.CreateChecked(best);
            T[] work = ArrayPool<T>.Shared.Rent(length);
            fixed (T* workspace = work)
            {
                _library.Svd(&reduced, &columns, &rows, a, &columns, w, right, &columns, left, &count, workspace, &length, integers, &failed, 1);
            }

            ArrayPool<T>.Shared.Return(work);
        }

        ArrayPool<T>.Shared.Return(copy);
        ArrayPool<int>.Shared.Return(indices);
        return failed == 0;
    }
}
