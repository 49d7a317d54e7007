using System.Diagnostics;
using System.Globalization;

namespace Hyperdiff.Mpi.Tests;

/// <summary>A job whose ranks are killed, and which is resumed on another number of ranks, ends where it would have ended alone.</summary>
public sealed class DistributedTests : IDisposable
{
    private const int Steps = 12;
    private const int StepsBeforeTheEnd = 3;

    // the training is convex, and solved to 1e-10: sums in another order change digits far behind these
    private const double Tolerance = 1e-6;

    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Distributed.dll");

    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-mpi-").FullName;

    public static TheoryData<string, int, int> Jobs
    {
        get
        {
            var jobs = new TheoryData<string, int, int>();
            foreach (string name in Installed.IsThorough ? Installed.Names : Installed.Names[1..])
            {
                foreach ((int first, int then) in Installed.IsThorough ? ((int, int)[])[(4, 2), (2, 4), (3, 1)] : [(2, 3)])
                {
                    jobs.Add(name, first, then);
                }
            }

            return jobs;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [MemberData(nameof(Jobs))]
    public void AKilledJob_ResumedOnAnotherNumberOfRanks_EndsWhereItWouldHaveEnded(string mpi, int first, int then)
    {
        Installed installed = Installed.Of(mpi);
        string file = Path.Combine(_folder, "killed.npz");
        using (Job job = installed.Start(first, "dotnet", [s_program, file, $"{Steps}"]))
        {
            for (int step = 0; step < StepsBeforeTheEnd; step++)
            {
                job.ReadLine();
            }

            using Process killed = Process.GetProcessById(ProcessOf(file, rank: first - 1));
            killed.Kill();
            job.ToEnd().Failed();
        }

        using Job resumed = installed.Start(then, "dotnet", [s_program, file, $"{Steps}"]);
        string[] lines = resumed.ToEnd().Succeeded();
        Assert.InRange(lines.Length, 2, Steps - StepsBeforeTheEnd + 1);
        Assert.EndsWith($" on {then} ranks", Last(lines), StringComparison.Ordinal);

        using Job alone = new("dotnet", [s_program, Path.Combine(_folder, "alone.npz"), $"{Steps}"]);
        double[] expected = Numbers(Last(alone.ToEnd().Succeeded()));
        Assert.All(Numbers(Last(lines)).Zip(expected), pair => Assert.InRange(pair.First, pair.Second * (1 - Tolerance), pair.Second * (1 + Tolerance)));
    }

    [Theory]
    [InlineData("", "Distributed [FILE [STEPS]]")]
    [InlineData("no/folder/job.npz", "error: no/folder/job.npz: there is no folder ")]
    [InlineData(".", "error: .: this is a folder")]
    [InlineData("damaged.npz", "error: damaged.npz: this is not an .npz archive")]
    public async Task AFileThatCannotBeUsed_IsAMessage(string file, string message)
    {
        File.WriteAllText(Path.Combine(_folder, "damaged.npz"), "damaged");
        (int code, string error) = await EndOf(file);

        Assert.Equal(2, code);
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Error)> EndOf(string file)
    {
        var start = new ProcessStartInfo("dotnet", [s_program, file, "1"]) { RedirectStandardError = true, WorkingDirectory = _folder };
        using Process process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, error);
    }

    private static string Last(string[] lines) => lines.Single(line => line.StartsWith("loss", StringComparison.Ordinal));

    private static double[] Numbers(string line) =>
        [.. line.Split(' ').Where(word => word.Contains('.', StringComparison.Ordinal))
            .Select(word => double.Parse(word.TrimEnd(','), CultureInfo.InvariantCulture))];

    // by what the launcher told it, and by its file, since other jobs may run
    private static int ProcessOf(string file, int rank) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(name => int.TryParse(name, out _) && Has(name!, "cmdline", file) && Has(name!, "cmdline", s_program)
            && (Has(name!, "environ", $"OMPI_COMM_WORLD_RANK={rank}") || Has(name!, "environ", $"PMI_RANK={rank}")))
        .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Single();

    private static bool Has(string process, string what, string word)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{what}").Split('\0').Contains(word);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
