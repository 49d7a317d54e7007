using System.CommandLine;
using System.Globalization;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using Hyperdiff.Backends.Cpu;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary><c>jobs</c>: whole jobs by the library and by other systems, with the same data, first values and counts of steps, round by round in turns.
/// </summary>
internal static class JobsCommand
{
    // of the final losses: both sides compute the same in float32, and the sums of thousands of steps differ by rounding
    private const double Tolerance = 0.01;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var names = new Option<string[]>("--job")
        {
            Description = $"A job: {string.Join(", ", PeerJob.All.Select(job => job.Name))}; all of them if absent. May be given more than once.",
            DefaultValueFactory = _ => []
        };
        names.AcceptOnlyFromAmong([.. PeerJob.All.Select(job => job.Name)]);
        var rounds = new Option<int>("--rounds") { Description = "How often each side does each job.", DefaultValueFactory = _ => 3 };
        var quick = new Option<bool>("--quick") { Description = "Small settings, of seconds." };
        var python = new Option<string>("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "python3" };
        var threads = new Option<int>("--threads") { Description = "Threads of each side.", DefaultValueFactory = _ => 2 };
        var within = new Option<string?>("--within") { Description = "Does one job here, with the data of a folder, and prints its outcome.", Hidden = true };
        var command = new Command("jobs", "Does whole jobs beside other systems: time to the same loss, metric, memory, lines of code (Linux).")
            { names, rounds, quick, python, threads, within };
        command.SetAction(parsed =>
        {
            string[] asked = parsed.GetValue(names) ?? [];
            PeerJob[] jobs = [.. PeerJob.All.Where(job => asked.Length == 0 || asked.Contains(job.Name))];
            if (parsed.GetValue(within) is { } folder)
            {
                var clock = new JobClock();
                Console.WriteLine(JsonSerializer.Serialize(clock.End(jobs[0].Run(new JobInput(folder), clock))));
                return 0;
            }

            Console.WriteLine($"backend: {CpuBackend.Instance.Name}");
            Console.WriteLine($"library: {(IsCompiledAhead(typeof(Tensor)) ? "compiled ahead of time, as in the package"
                : "portable code; built with -p:CompiledAhead=true it is compiled ahead of time, as in the package")}");
            return jobs.Count(job => !Compare(job, parsed.GetValue(python)!, (parsed.GetValue(rounds), parsed.GetValue(threads)), parsed.GetValue(quick)));
        });
        return command;
    }

    private static bool IsCompiledAhead(Type type)
    {
        using var assembly = new PEReader(File.OpenRead(type.Assembly.Location));
        return assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    // whether all sides came to the same loss
    private static bool Compare(PeerJob job, string python, (int Rounds, int Threads) counts, bool quick)
    {
        var folder = Directory.CreateTempSubdirectory("hyperdiff-jobs");
        try
        {
            Console.WriteLine($"\n{job.Name}: {job.Prepare(folder.FullName, quick)}");
            ILookup<bool, (string By, string? Absence)> peers = job.Peers.Select(by => (by, PeerProcess.Absence(python, by)))
                .ToLookup(peer => peer.Item2 is null);
            foreach ((_, string? absence) in peers[false])
            {
                Console.WriteLine(absence);
            }

            string[] sides = [PeerJob.Ours, .. peers[true].Select(peer => peer.By)];
            var runs = Array.ConvertAll(sides, _ => new List<(JobOutcome Outcome, double Seconds)>());
            for (int round = 0; round < counts.Rounds; round++)
            {
                for (int i = 0; i < sides.Length; i++)
                {
                    int side = (i + round) % sides.Length;
                    runs[side].Add(PeerProcess.Run(python, job, sides[side], folder.FullName, counts.Threads));
                }
            }

            return Print(job, sides, runs);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Print(PeerJob job, string[] sides, List<(JobOutcome Outcome, double Seconds)>[] runs)
    {
        double[] losses = [.. runs.Select(all => Median(all.Select(run => run.Outcome.FinalLoss)))];
        bool[] same = [.. losses.Select(loss => Math.Abs(loss - losses[0]) <= Tolerance * Math.Abs(losses[0]))];
        double reached = losses.Where((_, i) => same[i]).Max();
        double Least(int side) => runs[side].Min(run => run.Outcome.SecondsTo(reached));
        double Usual(int side) => Median(runs[side].Select(run => run.Outcome.SecondsTo(reached)));
        Console.WriteLine($"| by | s to the loss {Text(reached, "G4")}, median | least | ratio | of least | first step, s | processor, s, least | process, s | "
            + $"final loss | {job.Metric} | peak, MiB | above loaded | lines |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (int i = 0; i < sides.Length; i++)
        {
            double Of(Func<JobOutcome, double> what) => Median(runs[i].Select(run => what(run.Outcome)));
            string[] times = same[i]
                ? [Text(Usual(i), "F2"), Text(Least(i), "F2"), $"{Text(Usual(i) / Usual(0), "F1")}×", $"{Text(Least(i) / Least(0), "F1")}×",
                    Text(Of(outcome => outcome.Seconds[0]), "F2"), Text(runs[i].Min(run => run.Outcome.ProcessorSeconds), "F2"),
                    Text(Median(runs[i].Select(run => run.Seconds)), "F2")]
                : ["another loss", .. Enumerable.Repeat(string.Empty, 6)];
            string[] rest = [Text(losses[i], "G5"), Text(Of(outcome => outcome.Metric), "G4"), Text(Of(outcome => outcome.PeakMebibytes), "F0"),
                Text(Of(outcome => outcome.AboveMebibytes), "F0"), $"{job.Lines(sides[i])}"];
            Console.WriteLine($"| {sides[i]} | {string.Join(" | ", times)} | {string.Join(" | ", rest)} |");
        }

        return same.All(reached => reached);
    }

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
