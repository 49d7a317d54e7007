using System.CommandLine;
using System.Globalization;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Benchmarks.Jobs;

namespace Hyperdiff.Benchmarks.Accuracy;

/// <summary><c>accuracy</c>: how long a hypergradient takes that is good to so many digits, by each side's best method.</summary>
internal static class AccuracyCommand
{
    private const double SecondsPerTurn = 0.2;
    private const int WarmTurns = 2;
    private const int MostTimed = 3;
    private const string Cold = "cold";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var names = new Option<string[]>("--problem")
        {
            Description = "One of the table; all if absent. May be given more than once.",
            DefaultValueFactory = _ => [],
        };
        names.AcceptOnlyFromAmong([.. AccuracyProblems.Names]);
        var solvers = new Option<string[]>("--solver")
        {
            Description = "What Auto is compared with, by its name in the table; all of ours if absent. May be given more than once.",
            DefaultValueFactory = _ => [],
        };
        var dtype = new Option<string>("--dtype") { Description = "f64 or f32.", DefaultValueFactory = _ => "f64" };
        dtype.AcceptOnlyFromAmong("f64", "f32");
        var start = new Option<string>("--start")
        {
            Description = "given: at the inner solution; cold: the inner problem is solved from its first state, too.",
            DefaultValueFactory = _ => "given",
        };
        start.AcceptOnlyFromAmong("given", Cold);
        var rounds = new Option<int>("--rounds") { Description = "How often both sides are timed in turns.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads of each side.", DefaultValueFactory = _ => 2 };
        var python = new Option<string>("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "python3" };
        var command = new Command("accuracy", "Times hypergradients to a true relative error, by the best solver here and the best method of hypertorch.")
            { names, solvers, dtype, start, rounds, threads, python };
        command.SetAction(parsed =>
        {
            // read by the backend at its first use
            Environment.SetEnvironmentVariable("HYPERDIFF_THREADS", parsed.GetValue(threads).ToString(CultureInfo.InvariantCulture));
            DType element = parsed.GetValue(dtype) == "f32" ? DType.Float32 : DType.Float64;
            bool cold = parsed.GetValue(start) == Cold;
            Console.WriteLine($"backend: {CpuBackend.Instance.Name}, {element.Name()}, {(cold ? "from the first state" : "at the inner solution")}");
            string? absence = PeerProcess.Absence(parsed.GetValue(python)!, "hypertorch");
            Console.WriteLine(
                absence ?? $"beside hypertorch; milliseconds, the medians of {parsed.GetValue(rounds)} rounds in turns, with the least and the greatest");
            using AccuracyPeer? peer = absence is null ? new AccuracyPeer(parsed.GetValue(python)!, parsed.GetValue(threads)) : null;
            string[] asked = parsed.GetValue(names)!;
            Console.WriteLine("""

                | problem | error below | ours | ms | work | peer | ms | work | peer / ours | Auto / ours | kept / ours |
                |---|--:|---|--:|--:|---|--:|--:|--:|--:|--:|
                """);
            foreach (string name in AccuracyProblems.Names.Where(name => asked.Length == 0 || asked.Contains(name)))
            {
                Print(AccuracyProblems.Of(name, element), new Settings(element, cold, peer, parsed.GetValue(rounds), parsed.GetValue(solvers)!));
            }
        });
        return command;
    }

    private static void Print(AccuracyProblem problem, Settings settings)
    {
        double[] targets = [1e-3, 1e-6, 1e-9];
        (DType dtype, bool cold, AccuracyPeer? peer, int rounds, string[] solvers) = settings;
        peer?.Take(problem);
        IReadOnlyList<AccuracyWay>[] ours = AccuracySearch.Given(problem, dtype, (targets, solvers), out double best);
        double reached = double.NaN;
        IReadOnlyList<AccuracyWay>[] theirs = peer is null ? [[], [], []] : AccuracyPeerSearch.Given(problem, peer, targets, out reached);
        if (cold)
        {
            ours = AccuracySearch.Cold(problem, ours, targets, out best);
            theirs = peer is null ? theirs : AccuracyPeerSearch.Cold(problem, peer, theirs, targets, out reached);
        }

        for (int i = 0; i < targets.Length; i++)
        {
            // those that were fastest when they were found, in turns
            AccuracyWay[][] parts =
            [
                Fastest(ours[i].Where(way => !AccuracySearch.IsAuto(way) && !AccuracySearch.IsKept(way))),
                Fastest(ours[i].Where(AccuracySearch.IsAuto)), Fastest(ours[i].Where(AccuracySearch.IsKept)), Fastest(theirs[i]),
            ];
            AccuracyWay[] all = [.. parts.SelectMany(part => part)];
            Spread[] times = Timed(all, rounds);
            (AccuracyWay Way, Spread Time)? Best(int part) => parts[part].Length == 0 ? null
                : all.Zip(times).Skip(parts.Take(part).Sum(before => before.Length)).Take(parts[part].Length).MinBy(pair => pair.Second.Median);
            (AccuracyWay Way, Spread Time)? mine = Best(0), auto = Best(1), kept = Best(2), other = Best(3);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {problem.Name} | {targets[i]:E0} | {Cell(mine, best)} | {Cell(other, reached)} | "
                    + $"{Ratio(other, mine)} | {Ratio(auto, mine)} | {Ratio(kept, mine)} |"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| | | {problem.Shape}; relative residual of the reference {problem.Exact.Residual:E0} | | | | | | | | |"));
    }

    private static AccuracyWay[] Fastest(IEnumerable<AccuracyWay> ways) => [.. ways.OrderBy(way => way.Seconds).Take(MostTimed)];

    private static Spread[] Timed(AccuracyWay[] ways, int rounds)
    {
        // the runtime compiles a method once more 100 ms after it was called often
        for (int burst = 0; burst < WarmTurns; burst++)
        {
            foreach (AccuracyWay way in ways)
            {
                way.Time(SecondsPerTurn);
            }

            Thread.Sleep(130);
        }

        double[][] times = [.. ways.Select(_ => new double[rounds])];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                times[i][round] = 1000 * ways[i].Time(SecondsPerTurn);
            }
        }

        return [.. times.Select(Spread.Of)];
    }

    private static string Cell((AccuracyWay Way, Spread Time)? found, double reached) => found is { } way
        ? string.Create(CultureInfo.InvariantCulture, $"{way.Way.Name} | {way.Time} | {way.Way.Work}")
        : double.IsNaN(reached) ? "not run | | " : string.Create(CultureInfo.InvariantCulture, $"reached {reached:E1} | | ");

    private static string Ratio((AccuracyWay Way, Spread Time)? above, (AccuracyWay Way, Spread Time)? below) => above is { } a && below is { } b
        ? string.Create(CultureInfo.InvariantCulture, $"{a.Time.Median / b.Time.Median:F2} ({a.Time.Least / b.Time.Least:F2})") : string.Empty;

    private sealed record Settings(DType DType, bool Cold, AccuracyPeer? Peer, int Rounds, string[] Solvers);

    private sealed record Spread(double Median, double Least, double Greatest)
    {
        public static Spread Of(double[] times)
        {
            double[] sorted = [.. times.Order()];
            return new Spread(sorted[sorted.Length / 2], sorted[0], sorted[^1]);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:G3} ({Least:G3}–{Greatest:G3})");
    }
}
