using System.Globalization;

namespace Hyperdiff.Testing;

/// <summary>What a <see cref="GuardedBackend"/> counted.</summary>
/// <param name="Launches">Kernels that were started: operations, fills, and copies within its memory.</param>
/// <param name="Downloads">Reads by the host that nobody allowed (<see cref="GuardedBackend.Allow"/>): those that work on the backend should not need.</param>
/// <param name="DownloadedElements">The elements that were read so.</param>
/// <param name="LargestDownload">The elements of the largest of these reads.</param>
/// <param name="Uploads">Copies from the host.</param>
/// <param name="UploadedElements">The elements that were copied so.</param>
/// <param name="LiveBytes">The memory that was neither given back nor found by the garbage collector.</param>
/// <param name="PeakBytes">The most of it at any time.</param>
public sealed record GuardedCounts(
    long Launches, long Downloads, long DownloadedElements, long LargestDownload, long Uploads, long UploadedElements, long LiveBytes, long PeakBytes)
{
    /// <summary>The counts in one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Launches} launches; {Downloads} reads of {DownloadedElements} elements, at most {LargestDownload} at once; {Uploads} uploads of "
            + $"{UploadedElements} elements; {LiveBytes} bytes live, at most {PeakBytes}");
}
