using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hyperdiff.Mpi;

/// <summary>A loaded library, through the constants of its binary interface.</summary>
/// <remarks>Counts are C's <c>int</c>, and so are lengths of spans: nothing is too long to be given to MPI at once.</remarks>
internal sealed unsafe class MpiFunctions<THandle> : IMpi
    where THandle : unmanaged
{
    // MPI_MAX_LIBRARY_VERSION_STRING and MPI_MAX_ERROR_STRING are at most this, in all interfaces
    private const int LongestText = 8192;

    private readonly MpiAbi<THandle> _abi;
    private readonly delegate* unmanaged[Cdecl]<int*, int> _initialized;
    private readonly delegate* unmanaged[Cdecl]<int*, int> _queryThread;
    private readonly delegate* unmanaged[Cdecl]<void*, void*, int, int*, int> _initThread;
    private readonly delegate* unmanaged[Cdecl]<THandle, THandle, int> _setErrorHandler;
    private readonly delegate* unmanaged[Cdecl]<THandle, int*, int> _commRank;
    private readonly delegate* unmanaged[Cdecl]<THandle, int*, int> _commSize;
    private readonly delegate* unmanaged[Cdecl]<void*, int, THandle, void*, int, THandle, THandle, THandle*, int> _allGather;
    private readonly delegate* unmanaged[Cdecl]<void*, int, THandle, void*, int, THandle, THandle, THandle*, int> _allToAll;
    private readonly delegate* unmanaged[Cdecl]<void*, int, THandle, int, THandle, THandle*, int> _broadcast;
    private readonly delegate* unmanaged[Cdecl]<THandle*, int*, nint, int> _test;
    private readonly delegate* unmanaged[Cdecl]<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged[Cdecl]<THandle, int, int> _abort;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;

    // pinned, since they are written by address
    private readonly THandle[] _requests = GC.AllocateArray<THandle>(IMpi.MostInFlight, pinned: true);

    public MpiFunctions(nint library, MpiAbi<THandle> abi)
    {
        nint Export(string name) => NativeLibrary.GetExport(library, name);

        _abi = abi;
        _initialized = (delegate* unmanaged[Cdecl]<int*, int>)Export("MPI_Initialized");
        _queryThread = (delegate* unmanaged[Cdecl]<int*, int>)Export("MPI_Query_thread");
        _initThread = (delegate* unmanaged[Cdecl]<void*, void*, int, int*, int>)Export("MPI_Init_thread");
        _setErrorHandler = (delegate* unmanaged[Cdecl]<THandle, THandle, int>)Export("MPI_Comm_set_errhandler");
        _commRank = (delegate* unmanaged[Cdecl]<THandle, int*, int>)Export("MPI_Comm_rank");
        _commSize = (delegate* unmanaged[Cdecl]<THandle, int*, int>)Export("MPI_Comm_size");
        _allGather = (delegate* unmanaged[Cdecl]<void*, int, THandle, void*, int, THandle, THandle, THandle*, int>)Export("MPI_Iallgather");
        _allToAll = (delegate* unmanaged[Cdecl]<void*, int, THandle, void*, int, THandle, THandle, THandle*, int>)Export("MPI_Ialltoall");
        _broadcast = (delegate* unmanaged[Cdecl]<void*, int, THandle, int, THandle, THandle*, int>)Export("MPI_Ibcast");
        _test = (delegate* unmanaged[Cdecl]<THandle*, int*, nint, int>)Export("MPI_Test");
        _errorString = (delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Export("MPI_Error_string");
        _abort = (delegate* unmanaged[Cdecl]<THandle, int, int>)Export("MPI_Abort");
        _finalize = (delegate* unmanaged[Cdecl]<int>)Export("MPI_Finalize");
        Name = ReadName((delegate* unmanaged[Cdecl]<byte*, int*, int>)Export("MPI_Get_library_version"));
    }

    public string Name { get; }

    public int Rank
    {
        get
        {
            int rank;
            Check(_commRank(_abi.World, &rank), "MPI_Comm_rank");
            return rank;
        }
    }

    public int Size
    {
        get
        {
            int size;
            Check(_commSize(_abi.World, &size), "MPI_Comm_size");
            return size;
        }
    }

    public (bool IsMine, bool IsForAnyThread) Initialize()
    {
        int isInitialized, threads;
        Check(_initialized(&isInitialized), "MPI_Initialized");
        if (isInitialized == 0)
        {
            Check(_initThread(null, null, _abi.ThreadSerialized, &threads), "MPI_Init_thread");
        }
        else
        {
            Check(_queryThread(&threads), "MPI_Query_thread");
        }

        Check(_setErrorHandler(_abi.World, _abi.ErrorsReturn), "MPI_Comm_set_errhandler");
        return (isInitialized == 0, threads >= _abi.ThreadSerialized);
    }

    public void StartAllGather(int exchange, byte* mine, int bytes, byte* all) =>
        Check(_allGather(mine, bytes, _abi.Byte, all, bytes, _abi.Byte, _abi.World, Request(exchange)), "MPI_Iallgather");

    public void StartAllGatherInPlace(int exchange, byte* all, int bytes) =>
        Check(_allGather((void*)_abi.InPlace, bytes, _abi.Byte, all, bytes, _abi.Byte, _abi.World, Request(exchange)), "MPI_Iallgather");

    public void StartAllToAll(int exchange, byte* slices, int bytes, byte* received) =>
        Check(_allToAll(slices, bytes, _abi.Byte, received, bytes, _abi.Byte, _abi.World, Request(exchange)), "MPI_Ialltoall");

    public void StartBroadcast(int exchange, byte* data, int bytes) =>
        Check(_broadcast(data, bytes, _abi.Byte, 0, _abi.World, Request(exchange)), "MPI_Ibcast");

    public bool IsDone(int exchange)
    {
        int flag;
        Check(_test(Request(exchange), &flag, _abi.StatusIgnore), "MPI_Test");
        return flag != 0;
    }

    public void Abort(int exitCode) => Check(_abort(_abi.World, exitCode), "MPI_Abort");

    public void Complete() => Check(_finalize(), "MPI_Finalize");

    // "Open MPI v4.1.4, package: …" and "MPICH Version:\t4.0.2\nMPICH Release date:…"
    private static string ReadName(delegate* unmanaged[Cdecl]<byte*, int*, int> version)
    {
        byte* text = stackalloc byte[LongestText];
        int length;
        if (version(text, &length) != 0)
        {
            return "MPI";
        }

        string name = Encoding.UTF8.GetString(text, length).Split('\n', ',', '\0')[0];
        return name.Replace("Version:", "", StringComparison.Ordinal).Replace(" v", " ", StringComparison.Ordinal).Replace("\t", " ", StringComparison.Ordinal)
            .Replace("  ", " ", StringComparison.Ordinal).Trim();
    }

    private THandle* Request(int exchange) => (THandle*)Unsafe.AsPointer(ref _requests[exchange]);

    private void Check(int code, string function)
    {
        // MPI_SUCCESS, in all interfaces
        if (code == 0)
        {
            return;
        }

        byte* text = stackalloc byte[LongestText];
        int length;
        string words = _errorString(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length).Trim('\0', '\n', ' ') : "which it cannot explain";
        throw new MpiException($"{function} of {Name} failed with error {code}: {words}");
    }
}
