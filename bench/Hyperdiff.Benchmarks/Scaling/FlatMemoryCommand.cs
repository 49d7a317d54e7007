using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Fixtures.Calls;

namespace Hyperdiff.Benchmarks.Scaling;

/// <summary><c>flat-memory</c>: what a service that runs for ever keeps of its calls, for every kind of public computation.</summary>
internal static class FlatMemoryCommand
{
    private const int Parts = 8;
    private const double MostBytesPerCall = 1;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var calls = new Option<int>("--calls") { Description = "How many calls are measured.", DefaultValueFactory = _ => 10_000 };
        var warm = new Option<int>("--warm") { Description = "How many calls come before.", DefaultValueFactory = _ => 600 };
        var only = new Option<string>("--only") { Description = "Part of the names of the computations.", DefaultValueFactory = _ => string.Empty };
        var command = new Command("flat-memory", "Measures the live bytes that calls leave behind, managed and of the process, and threads.") { calls,
            warm, only };
        command.SetAction(parsed =>
        {
            int grows = 0;
            foreach ((string name, Action<int> call) in PublicCalls.All.Where(
                one => one.Name.Contains(parsed.GetValue(only)!, StringComparison.OrdinalIgnoreCase)))
            {
                grows += Measure(name, call, parsed.GetValue(warm), parsed.GetValue(calls) / Parts) < MostBytesPerCall ? 0 : 1;
            }

            return grows;
        });
        return command;
    }

    private static double Measure(string name, Action<int> call, int warm, int part)
    {
        int next = 0;
        Run(warm);
        (long Managed, long Process, int Threads)[] live = new (long, long, int)[Parts + 1];
        live[0] = Live();
        for (int i = 1; i <= Parts; i++)
        {
            Run(part);
            live[i] = Live();
        }

        // the median of the parts: what is allocated once, late, is no growth
        double Slope(Func<(long Managed, long Process, int Threads), double> of) =>
            Enumerable.Range(1, Parts).Select(i => (of(live[i]) - of(live[i - 1])) / part).Order().ElementAt(Parts / 2);
        double slope = Slope(one => one.Managed);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(slope < MostBytesPerCall ? "level" : "GROWS"),5}  {name}: {slope:F2} B a call, process "
                + $"{Slope(one => one.Process):F1} B a call, {live[^1].Threads - live[0].Threads} threads more"));
        return slope;

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                call(next++);
            }
        }
    }

    private static (long Managed, long Process, int Threads) Live()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64, process.Threads.Count);
    }
}
