using System.Diagnostics;

namespace Hyperdiff.Benchmarks.Kernels;

/// <summary>What both sides do in turns: the comparison of what they computed, and the clock of ours.</summary>
internal static class PeerTurns
{
    // the runtime compiles a method once more 100 ms after it was called often
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(130);

    /// <summary>Gives a computation to the peer, and compares its results with ours.</summary>
    /// <param name="peer">The peer; absent if there is none.</param>
    /// <param name="asked">What it computes, and in which mode.</param>
    /// <param name="given">What it is given.</param>
    /// <param name="results">Ours.</param>
    /// <returns>The greatest difference, of the greatest number of a result; where nothing was compared, why.</returns>
    public static (double Difference, string? Absence) Compare(
        KernelPeer? peer, (string Expression, string Mode) asked, (Tensor[] Operands, Tensor[] Directions) given, Tensor[] results)
    {
        if (peer is null)
        {
            return (0, "no peer");
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("hyperdiff-kernels");
        try
        {
            string written = Path.Combine(folder.FullName, "results.npy");
            string[] operands = Written("operand", given.Operands), directions = Written("direction", given.Directions);
            return peer.Prepare(asked.Expression, asked.Mode, operands, directions, written) is { } problem
                ? (0, problem)
                : (Difference(results, NumpyFile.Read(written)), null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        string[] Written(string name, Tensor[] tensors) => [.. tensors.Select((tensor, i) =>
        {
            string path = Path.Combine(folder.FullName, $"{name}{i}.npy");
            NumpyFile.Write(path, tensor);
            return path;
        })];
    }

    /// <summary>The greatest difference of our results from the peer's, of the greatest number of a result; NaN where their counts differ.</summary>
    /// <param name="ours">Tensors of any shapes.</param>
    /// <param name="theirs">All numbers of theirs, of shape [n].</param>
    public static double Difference(Tensor[] ours, Tensor theirs)
    {
        int start = 0;
        double greatest = 0;
        foreach (Tensor part in ours)
        {
            if (start + part.Count > theirs.Count)
            {
                return double.NaN;
            }

            Tensor expected = theirs[start..(start + part.Count)], difference = part.To(DType.Float64).Flatten() - expected;
            greatest = Math.Max(greatest, difference.Abs().Max().ToScalar() / Math.Max(expected.Abs().Max().ToScalar(), Math.BitIncrement(0.0)));
            start += part.Count;
        }

        return start == theirs.Count ? greatest : double.NaN;
    }

    /// <summary>Turns that do not count, until the runtime has compiled for good what they call.</summary>
    public static void Warm(int turns, Action turn)
    {
        for (int i = 0; i < turns; i++)
        {
            turn();
            Thread.Sleep(s_pause);
        }
    }

    /// <summary>The least milliseconds of one call among those of so many milliseconds.</summary>
    public static double Least(Action call, double milliseconds, int threads)
    {
        double least = double.PositiveInfinity, started = Now(threads);
        double after;
        do
        {
            double before = Now(threads);
            call();
            after = Now(threads);
            least = Math.Min(least, after - before);
        }
        while (after - started < milliseconds);
        return least;
    }

    // of one thread its processor time, in which neighbors do not count that take the processor away
    private static double Now(int threads) =>
        threads == 1 ? Environment.CpuUsage.TotalTime.TotalMilliseconds : Stopwatch.GetElapsedTime(0).TotalMilliseconds;
}
