using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>Runs of jobs in processes of their own, so that each has its own memory and compiles for itself.</summary>
internal static class PeerProcess
{
    /// <summary>Where the peers' programs are.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Jobs", "Peers");

    // what makes PyTorch faster on a machine with neighbors: threads that do not spin, and an allocator that keeps its memory
    private static readonly (string Name, string Value)[] s_kind =
        [("OMP_WAIT_POLICY", "passive"), ("MALLOC_MMAP_THRESHOLD_", "1073741824"), ("MALLOC_TRIM_THRESHOLD_", "4294967296"), ("MALLOC_TOP_PAD_", "268435456")];

    /// <summary>The name of a job's file among them: Betty's engine takes problems as modules, which is another program.</summary>
    public static string Module(string job, string by) => $"{(by == "betty" ? "betty_" : string.Empty)}{job.Replace('-', '_')}";

    /// <summary>Why a peer cannot run, in one line; null if it can.</summary>
    public static string? Absence(string python, string by)
    {
        string? variable = by == "plain" ? null : $"{by.ToUpperInvariant()}_DIR";
        if (variable is not null && !Directory.Exists(Environment.GetEnvironmentVariable(variable)))
        {
            return $"{by}: not run, {variable} names no folder of it";
        }

        try
        {
            using Process process = Start(python, [Path.Combine(Folder, "run.py")], []);
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : error.Contains("No module named", StringComparison.Ordinal)
                ? $"{by}: not run, {python} does not find PyTorch (Debian's package python3-torch; --python names another one)"
                : $"{by}: not run, PyTorch {error.TrimEnd().Split('\n')[^1]}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"{by}: not run, there is no {python}";
        }
    }

    /// <summary>Runs a job by one side, and returns its outcome and how long the whole process took.</summary>
    /// <exception cref="InvalidOperationException">It ended otherwise; with what it said.</exception>
    public static (JobOutcome Outcome, double Seconds) Run(string python, PeerJob job, string by, string data, int threads)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture), self = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(PeerProcess).Assembly.Location] : [];
        long started = Stopwatch.GetTimestamp();
        using Process process = by == PeerJob.Ours
            ? Start(self, [.. host, "jobs", "--job", job.Name, "--within", data], [("HYPERDIFF_THREADS", count)])
            : Start(python, [Path.Combine(Folder, "run.py"), Module(job.Name, by), data, by, count],
                [.. s_kind, ("OMP_NUM_THREADS", count), ("OPENBLAS_NUM_THREADS", count)]);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return process.ExitCode == 0
            ? (JsonSerializer.Deserialize<JobOutcome>(output.TrimEnd().Split('\n')[^1])!, seconds)
            : throw new InvalidOperationException($"{job.Name} by {by} ended with {process.ExitCode}: {error.Result}");
    }

    /// <summary>Starts a program among the peers' that answers lines with lines.</summary>
    public static Process Conversation(string python, string program, int threads)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        return Start(python, [Path.Combine(Folder, program), count], [.. s_kind, ("OMP_NUM_THREADS", count), ("OPENBLAS_NUM_THREADS", count)], isAsked: true);
    }

    private static Process Start(string program, string[] arguments, (string Name, string Value)[] variables, bool isAsked = false)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = isAsked,
            RedirectStandardError = !isAsked,
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
