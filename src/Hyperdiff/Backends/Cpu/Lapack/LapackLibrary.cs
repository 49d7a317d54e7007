using System.Diagnostics.CodeAnalysis;
using Hyperdiff.Backends.Cpu.MatrixProducts;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>The functions of LAPACK that a BLAS library brings along, by their Fortran interface: every argument by reference, matrices by columns, lengths of
/// strings at the end.</summary>
internal sealed unsafe class LapackLibrary
{
    private LapackLibrary(BlasLibrary library)
    {
        TriangularSolve = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, int, double, double*, int, double*, int, void>)library.Find("cblas_dtrsm");
        Lu = (delegate* unmanaged[Cdecl]<int*, int*, double*, int*, int*, int*, void>)library.Find("dgetrf_");
        Cholesky = (delegate* unmanaged[Cdecl]<byte*, int*, double*, int*, int*, nint, void>)library.Find("dpotrf_");
        Eigen =
            (delegate* unmanaged[Cdecl]<byte*, byte*, int*, double*, int*, double*, double*, int*, int*, int*, int*, nint, nint, void>)library.Find("dsyevd_");
        Svd =
            (delegate* unmanaged[Cdecl]<byte*, int*, int*, double*, int*, double*, double*, int*, double*, int*, double*, int*, int*, int*, nint,
                void>)library.Find("dgesdd_");
    }

    /// <summary><c>cblas_dtrsm(order, side, uplo, trans, diag, m, n, alpha, A, lda, B, ldb)</c>.</summary>
    public delegate* unmanaged[Cdecl]<int, int, int, int, int, int, int, double, double*, int, double*, int, void> TriangularSolve { get; }

    /// <summary><c>dgetrf(m, n, A, lda, ipiv, info)</c>.</summary>
    public delegate* unmanaged[Cdecl]<int*, int*, double*, int*, int*, int*, void> Lu { get; }

    /// <summary><c>dpotrf(uplo, n, A, lda, info)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, int*, double*, int*, int*, nint, void> Cholesky { get; }

    /// <summary><c>dsyevd(jobz, uplo, n, A, lda, w, work, lwork, iwork, liwork, info)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, byte*, int*, double*, int*, double*, double*, int*, int*, int*, int*, nint, nint, void> Eigen { get; }

    /// <summary><c>dgesdd(jobz, m, n, A, lda, s, U, ldu, VT, ldvt, work, lwork, iwork, info)</c>.</summary>
    public delegate* unmanaged[Cdecl]<byte*, int*, int*, double*, int*, double*, double*, int*, double*, int*, double*, int*, int*, int*, nint,
        void> Svd
    { get; }

    /// <summary>The functions of a library, if it has all of them: a BLAS need not bring LAPACK.</summary>
    public static bool TryFind(BlasLibrary library, [NotNullWhen(true)] out LapackLibrary? lapack)
    {
        lapack = new LapackLibrary(library);
        if (lapack.TriangularSolve == null || lapack.Lu == null || lapack.Cholesky == null || lapack.Eigen == null || lapack.Svd == null)
        {
            lapack = null;
        }

        return lapack is not null;
    }
}
