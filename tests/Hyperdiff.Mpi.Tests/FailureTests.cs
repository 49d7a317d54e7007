using System.Diagnostics;
using System.Globalization;

namespace Hyperdiff.Mpi.Tests;

/// <summary>What ends one rank ends all, within seconds, and says which one and why.</summary>
public sealed class FailureTests
{
    private static readonly (string Program, string Words)[] s_failures =
    [
        ("throw", "Rank 1 of 3: System.InvalidOperationException: the disk is full"),
        ("throw-unhandled", "Rank 1 of 3: System.InvalidOperationException: the disk is full"),
        ("throw-caught", "rank 1 the end of the program, number 2"),
        ("disagree", "rank 1 sum of 1001 float64, number 1"),
        ("exit", "Rank 1 of 3: ends after collective 1 (sum of 10 float64) without Dispose"),
        ("return", "rank 1 the end of the program, number 1"),
        ("forget", "ends after no collective without Dispose"),
        ("late", "in collective 1 (sum of 10 float64), longer than the deadline"),
    ];

    public static TheoryData<string, string, string> Failures
    {
        get
        {
            var failures = new TheoryData<string, string, string>();
            foreach (string name in Installed.Names)
            {
                foreach ((string program, string words) in s_failures.Where(failure => Installed.IsThorough || failure.Program is "throw" or "return"))
                {
                    failures.Add(name, program, words);
                }
            }

            return failures;
        }
    }

    public static TheoryData<string> Names => [.. Installed.Names];

    [SkippableTheory]
    [MemberData(nameof(Failures))]
    public void AFailure_EndsAllWithNumberAndReason(string mpi, string program, string words)
    {
        Installed installed = Installed.Of(mpi);
        long start = Stopwatch.GetTimestamp();
        Assert.Contains(words, installed.Run(3, [program, "1"]).Failed(), StringComparison.Ordinal);

        // seconds, on a machine that does much else
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 20);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void AKilledRank_EndsTheJob(string mpi)
    {
        using Job job = Installed.Of(mpi).Start(3, ["go-on"]);
        int[] processes = new int[3];
        for (int k = 0; k < 3; k++)
        {
            string[] parts = job.ReadLine().Split(": ");
            processes[int.Parse(parts[0], CultureInfo.InvariantCulture)] = int.Parse(parts[1], CultureInfo.InvariantCulture);
        }

        using (Process killed = Process.GetProcessById(processes[1]))
        {
            killed.Kill();
        }

        job.ToEnd().Failed();
        Assert.All(processes, process => Assert.False(IsRunning(process), $"process {process} goes on"));
    }

    private static bool IsRunning(int process)
    {
        // they may be on their way
        for (int k = 0; k < 50 && Directory.Exists($"/proc/{process}"); k++)
        {
            Thread.Sleep(100);
        }

        return Directory.Exists($"/proc/{process}");
    }
}
