using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Fixtures.Problems;
using Xunit.Abstractions;

namespace Hyperdiff.Tests.OuterLoops;

/// <summary>Jobs that are killed, by a signal that no program hears, wherever they happen to be, and resumed, end with the same bits as ones that never
/// were. HYPERDIFF_KILLS says how many times a job is killed.</summary>
public sealed class KilledJobTests(ITestOutputHelper output) : IDisposable
{
    private const int Steps = 150;
    private const int Longest = 60_000;

    private static readonly int s_kills =
        int.TryParse(Environment.GetEnvironmentVariable("HYPERDIFF_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("hyperdiff-killed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(nameof(LoopJobs.Deterministic))]
    [InlineData(nameof(LoopJobs.Minibatches))]
    [InlineData(nameof(LoopJobs.Alternating))]
    public void AKilledJob_EndsWithTheBitsOfOneThatWasNot(string name)
    {
        string[] expected = ToEnd(name, "whole.npz", out _);
        int seed = Environment.TickCount;
        output.WriteLine($"{name}: {s_kills} kills, seed {seed}");
        var random = new Random(seed);
        int killed = 0, resumed = 0;
        while (killed < s_kills)
        {
            // a job that comes to its end before it is killed begins again
            using Process process = Start(name, "killed.npz");
            string from = process.StandardOutput.ReadLine()!;
            resumed += from == "from 0" ? 0 : 1;
            if (!process.WaitForExit(random.Next(30, 250)))
            {
                process.Kill();
                process.WaitForExit();
                killed++;
            }
            else
            {
                File.Delete(Path.Combine(_folder, "killed.npz"));
            }
        }

        Assert.Equal(expected, ToEnd(name, "killed.npz", out string last));
        output.WriteLine($"resumed {resumed} times, at last {last}");
    }

    private string[] ToEnd(string name, string file, out string from)
    {
        using Process process = Start(name, file);
        from = process.StandardOutput.ReadLine()!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(process.WaitForExit(Longest), "the job does not end");
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(9, lines.Length);
        return lines;
    }

    private Process Start(string name, string file) => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Hyperdiff.LoopProgram.dll"), name, Path.Combine(_folder, file), $"{Steps}"])
    {
        RedirectStandardOutput = true,
    })!;
}
