using System.Runtime.InteropServices;

namespace Hyperdiff.Mpi;

/// <summary>The constants in which binary interfaces of MPI differ. What a handle is differs as well: an integer, or an address.</summary>
/// <typeparam name="THandle">What handles are in C: <see cref="int"/> or <see cref="nint"/>.</typeparam>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Byte">MPI_BYTE.</param>
/// <param name="ErrorsReturn">MPI_ERRORS_RETURN.</param>
/// <param name="ThreadSerialized">MPI_THREAD_SERIALIZED; what is less allows less.</param>
/// <param name="StatusIgnore">MPI_STATUS_IGNORE.</param>
/// <param name="InPlace">MPI_IN_PLACE.</param>
internal sealed record MpiAbi<THandle>(THandle World, THandle Byte, THandle ErrorsReturn, int ThreadSerialized, nint StatusIgnore, nint InPlace)
    where THandle : unmanaged;

/// <summary>The binary interfaces that are known.</summary>
internal static class MpiAbi
{
    /// <summary>That of the standard: MPI Forum, MPI: A Message-Passing Interface Standard, version 5.0 (2025), chapter 20 and appendix A.1; the header is
    /// that of the Forum's mpi-abi-stubs. Handles are addresses, of which those with a name are small numbers.</summary>
    public static MpiAbi<nint> Standard { get; } = new(
        World: 0x101, Byte: 0x247, ErrorsReturn: 0x143, ThreadSerialized: 2048, StatusIgnore: 0, InPlace: 1);

    /// <summary>That of MPICH and its relatives (MVAPICH, Intel MPI), which have agreed on it (ABI Compatibility Initiative, 2013). Handles are
    /// integers.</summary>
    public static MpiAbi<int> Mpich { get; } = new(
        World: 0x44000000, Byte: 0x4c00010d, ErrorsReturn: 0x54000001, ThreadSerialized: 2, StatusIgnore: 1, InPlace: -1);

    /// <summary>That of Open MPI. Handles are addresses, and those with a name are variables that the library exports.</summary>
    public static MpiAbi<nint> OpenMpi(nint library) => new(
        World: NativeLibrary.GetExport(library, "ompi_mpi_comm_world"),
        Byte: NativeLibrary.GetExport(library, "ompi_mpi_byte"),
        ErrorsReturn: NativeLibrary.GetExport(library, "ompi_mpi_errors_return"),
        ThreadSerialized: 2,
        StatusIgnore: 0,
        InPlace: 1);
}
