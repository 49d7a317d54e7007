using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>A native library with the C interface of the Basic Linear Algebra Subprograms, bound at run time; never needed to build or to run.</summary>
/// <remarks>
/// The library stays loaded for the life of the process. It is told to use one thread, process-wide, because <see cref="OpenBlasMatrixProduct"/> shares the
/// work among its own threads. Libraries with 64-bit integers are refused: the calls would pass 32-bit ones.
/// </remarks>
internal sealed unsafe class BlasLibrary
{
    /// <summary>CblasRowMajor.</summary>
    public const int RowMajor = 101;

    /// <summary>CblasNoTrans.</summary>
    public const int AsStored = 111;

    /// <summary>CblasTrans.</summary>
    public const int Transpose = 112;

    private readonly nint _handle;

    private BlasLibrary(string name, nint handle)
    {
        Name = name;
        _handle = handle;
        DoubleProduct = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)
            NativeLibrary.GetExport(handle, "cblas_dgemm");
        SingleProduct = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(handle, "cblas_sgemm");
        Title = ReadTitle(handle);
        UseOneThread(handle);
    }

    /// <summary>The names tried when none is given, best first.</summary>
    public static IReadOnlyList<string> Candidates { get; } = OperatingSystem.IsWindows()
        ? ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll", "mkl_rt.dll"]
        : OperatingSystem.IsMacOS()
            ? ["libopenblas.0.dylib", "libopenblas.dylib", "/System/Library/Frameworks/Accelerate.framework/Accelerate"]
            : ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so"];

    /// <summary>The name or path by which the library was loaded.</summary>
    public string Name { get; }

    /// <summary>What the library calls itself, e.g. "OpenBLAS 0.3.21".</summary>
    public string Title { get; }

    /// <summary><c>cblas_dgemm(order, transA, transB, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc)</c>.</summary>
    public delegate* unmanaged[Cdecl]<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> DoubleProduct { get; }

    /// <summary><c>cblas_sgemm</c>; arguments as of <see cref="DoubleProduct"/>.</summary>
    public delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> SingleProduct { get; }

    /// <summary>Loads a library by name or path.</summary>
    /// <param name="name">A file name for the system's search path, or a path.</param>
    /// <param name="library">The library, if it could be loaded and bound.</param>
    /// <param name="reason">Why it could not, in the words of the loader.</param>
    public static bool TryLoad(string name, [NotNullWhen(true)] out BlasLibrary? library, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            library = new BlasLibrary(name, NativeLibrary.Load(name));
            reason = null;
            return true;
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            library = null;
            reason = failure.Message.ReplaceLineEndings(" ").Trim();
            return false;
        }
    }

    /// <summary>A function that the library may have besides; 0 if it has not.</summary>
    public nint Find(string function) => NativeLibrary.TryGetExport(_handle, function, out nint address) ? address : 0;

    private static string ReadTitle(nint handle)
    {
        if (NativeLibrary.TryGetExport(handle, "openblas_get_config", out nint getConfig))
        {
            string config = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)getConfig)()) ?? "OpenBLAS";
            if (config.Contains("USE64BITINT", StringComparison.Ordinal))
            {
                throw new BadImageFormatException("The library was built with 64-bit integers; a build with 32-bit integers (LP64) is needed.");
            }

            return string.Join(' ', config.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
        }

        return NativeLibrary.TryGetExport(handle, "MKL_Get_Max_Threads", out _) ? "MKL" : "BLAS";
    }

    private static void UseOneThread(nint handle)
    {
        if (NativeLibrary.TryGetExport(handle, "openblas_set_num_threads", out nint set)
            || NativeLibrary.TryGetExport(handle, "MKL_Set_Num_Threads", out set))
        {
            ((delegate* unmanaged[Cdecl]<int, void>)set)(1);
        }
    }
}
