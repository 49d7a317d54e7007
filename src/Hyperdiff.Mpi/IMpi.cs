namespace Hyperdiff.Mpi;

/// <summary>What is used of MPI, whatever its binary interface: the world's communicator, bytes, and a few exchanges in flight.</summary>
/// <remarks>Every member that calls MPI throws an <see cref="MpiException"/> with MPI's own words where it fails. Memory that an exchange is started with
/// stays where it is until <see cref="IsDone"/>.</remarks>
internal unsafe interface IMpi
{
    /// <summary>How many exchanges can be in flight: each has a number below that.</summary>
    const int MostInFlight = 4;

    /// <summary>What the library calls itself, in a few words: <c>Open MPI 4.1.4</c>.</summary>
    string Name { get; }

    /// <summary>The number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many there are.</summary>
    int Size { get; }

    /// <summary>Starts MPI, unless somebody has: whether it was this call, and whether any thread may make the calls that follow, as long as it is one at a
    /// time.</summary>
    (bool IsMine, bool IsForAnyThread) Initialize();

    /// <summary>Every process gives <paramref name="bytes"/> bytes, and gets those of all.</summary>
    void StartAllGather(int exchange, byte* mine, int bytes, byte* all);

    /// <summary>The same, of bytes that lie already where they go.</summary>
    void StartAllGatherInPlace(int exchange, byte* all, int bytes);

    /// <summary>Every process gives <paramref name="bytes"/> bytes to each.</summary>
    void StartAllToAll(int exchange, byte* slices, int bytes, byte* received);

    /// <summary>Process 0 gives bytes to all.</summary>
    void StartBroadcast(int exchange, byte* data, int bytes);

    /// <summary>Whether an exchange is complete; makes all go on, too.</summary>
    bool IsDone(int exchange);

    /// <summary>Ends all processes.</summary>
    void Abort(int exitCode);

    /// <summary>Ends MPI in this process; waits for the others.</summary>
    void Complete();
}
