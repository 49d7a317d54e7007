using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Mpi;

// Sums over ranks beside the same in C, launch by launch in turns, since the machine may do other things: [ROUNDS], by every MPI that is here.
// Under a launcher it is what is measured: SECONDS BYTES...
const double secondsPerLength = 0.5;
string[] lengths = ["65536", "1048576", "4194304", "16777216", "67108864"];
if (Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not null || Environment.GetEnvironmentVariable("PMI_SIZE") is not null)
{
    MpiRanks.Run(ranks =>
    {
        foreach (string bytes in args[1..])
        {
            int length = int.Parse(bytes, CultureInfo.InvariantCulture) / sizeof(double) / ranks.Count * ranks.Count;
            Measure(ranks, length, double.Parse(args[0], CultureInfo.InvariantCulture));
        }
    });
    return;
}

int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
string folder = Directory.CreateTempSubdirectory("hyperdiff-mpi-").FullName;
foreach ((string mpi, string[] options) in ((string, string[])[])[("openmpi", ["--allow-run-as-root", "--oversubscribe"]), ("mpich", [])])
{
    string exchange = Path.Combine(folder, $"exchange-{mpi}");
    if (Output($"mpicc.{mpi}", ["-w", "-O3", "-march=native", "-o", exchange, Path.Combine(AppContext.BaseDirectory, "exchange.c")]) is null)
    {
        Console.WriteLine($"skipped: there is no mpicc.{mpi} (Debian: lib{mpi}-dev)");
        continue;
    }

    Dictionary<(string Way, string Bytes), double> least = [];
    for (int round = 0; round < rounds; round++)
    {
        foreach (string[] command in (string[][])[[exchange], ["dotnet", Path.Combine(AppContext.BaseDirectory, "Hyperdiff.Mpi.Benchmarks.dll")]])
        {
            string output = Output($"mpirun.{mpi}", [.. options, "-n", "2", .. command, secondsPerLength.ToString(CultureInfo.InvariantCulture), .. lengths])
                ?? throw new InvalidOperationException($"mpirun.{mpi} failed.");
            foreach (string[] words in output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim().Split(' ')))
            {
                double time = double.Parse(words[2], CultureInfo.InvariantCulture);
                least[(words[0], words[1])] = Math.Min(time, least.GetValueOrDefault((words[0], words[1]), double.PositiveInfinity));
            }
        }
    }

    Console.WriteLine($"{mpi}, 2 ranks, least times of {rounds} rounds in µs\n     bytes   C whole   C parts      ours   ours/C");
    foreach (string bytes in lengths)
    {
        double whole = least[("whole", bytes)], parts = least[("parts", bytes)], ours = least[("ours", bytes)];
        double ratio = ours / Math.Min(whole, parts);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes,10} {whole,9:F1} {parts,9:F1} {ours,9:F1} {ratio,8:F2}"));
    }
}

Directory.Delete(folder, recursive: true);

static void Measure(MpiRanks ranks, int length, double seconds)
{
    var values = new double[length];
    long least = long.MaxValue, spent = 0;
    for (int turn = 0; turn < 200 || spent < seconds * Stopwatch.Frequency; turn++)
    {
        for (int i = 0; i < length; i++)
        {
            values[i] = i + ranks.Rank;
        }

        ranks.Sum(Span<double>.Empty);
        long start = Stopwatch.GetTimestamp();
        ranks.Sum(values);
        long slowest = ranks.Gather(Stopwatch.GetTimestamp() - start).Max();
        least = Math.Min(least, slowest);
        spent += slowest;
        for (int i = 0; i < length; i++)
        {
            if (values[i] != ((double)i * ranks.Count) + (ranks.Count * (ranks.Count - 1) / 2))
            {
                throw new InvalidOperationException("A sum is wrong.");
            }
        }
    }

    if (ranks.Rank == 0)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ours {length * sizeof(double)} {least * 1e6 / Stopwatch.Frequency:F1}"));
    }
}

static string? Output(string command, string[] arguments)
{
    try
    {
        // a terminal is greeted with an escape sequence, unless it is a dumb one
        using Process process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, Environment = { ["TERM"] = "dumb" } })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : null;
    }
    catch (System.ComponentModel.Win32Exception)
    {
        return null;
    }
}
