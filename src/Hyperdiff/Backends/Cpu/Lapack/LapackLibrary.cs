using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>The functions of LAPACK that a BLAS library brings along, by their Fortran interface: every argument by reference, matrices by columns, lengths of
/// strings at the end.</summary>
/// <typeparam name="T">double or float.</typeparam>
internal sealed unsafe class LapackLibrary<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private LapackLibrary(BlasLibrary library)
    {
        char type = typeof(T) == typeof(double) ? 'd' : 's';
        TriangularSolve = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, int*, int*, T*, T*, int*, T*, int*, nint, nint, nint, nint, void>)
            library.Find($"{type}trsm_");
        Lu = (delegate* unmanaged[Cdecl]<int*, int*, T*, int*, int*, int*, void>)library.Find($"{type}getrf_");
        Cholesky = (delegate* unmanaged[Cdecl]<byte*, int*, T*, int*, int*, nint, void>)library.Find($"{type}potrf_");
        Svd = (delegate* unmanaged[Cdecl]<byte*, int*, int*, T*, int*, T*, T*, int*, T*, int*, T*, int*, int*, int*, nint, void>)
            library.Find($"{type}gesdd_");
    }

    /// <summary><c>trsm(side, uplo, transa, diag, m, n, alpha, A, lda, B, ldb)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, int*, int*, T*, T*, int*, T*, int*, nint, nint, nint, nint, void> TriangularSolve { get; }

    /// <summary><c>getrf(m, n, A, lda, ipiv, info)</c>.</summary>
    public delegate* unmanaged[Cdecl]<int*, int*, T*, int*, int*, int*, void> Lu { get; }

    /// <summary><c>potrf(uplo, n, A, lda, info)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, int*, T*, int*, int*, nint, void> Cholesky { get; }

    /// <summary><c>gesdd(jobz, m, n, A, lda, s, U, ldu, VT, ldvt, work, lwork, iwork, info)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, int*, int*, T*, int*, T*, T*, int*, T*, int*, T*, int*, int*, int*, nint, void> Svd { get; }

    /// <summary>The functions of a library, if it has all of them: a BLAS need not bring LAPACK.</summary>
    public static bool TryFind(BlasLibrary library, [NotNullWhen(true)] out LapackLibrary<T>? lapack)
    {
        lapack = new LapackLibrary<T>(library);
        if (lapack.TriangularSolve == null || lapack.Lu == null || lapack.Cholesky == null || lapack.Svd == null)
        {
            lapack = null;
        }

        return lapack is not null;
    }
}
