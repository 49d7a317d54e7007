using System.CommandLine;
using System.Globalization;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Benchmarks.Jobs;
using Hyperdiff.Benchmarks.Kernels;

namespace Hyperdiff.Benchmarks.Objectives;

/// <summary><c>objectives</c>: whole objectives with their derivatives beside PyTorch, in turns. A result that is not the peer's gets no time.</summary>
internal static class ObjectivesCommand
{
    private const double MillisecondsPerTurn = 100;
    private const int WarmTurns = 3;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var names = new Option<string[]>("--objective")
        {
            Description = "One of the table; all if absent. May be given more than once.",
            DefaultValueFactory = _ => []
        };
        names.AcceptOnlyFromAmong([.. ObjectiveCase.All.Select(objective => objective.Name).Distinct()]);
        var modes = new Option<string[]>("--mode") { Description = "Which derivatives; all if absent.", DefaultValueFactory = _ => [] };
        modes.AcceptOnlyFromAmong([.. ObjectiveCase.All.SelectMany(objective => objective.Modes).Select(mode => mode.Name).Distinct()]);
        var dtypes = new Option<string[]>("--dtype") { Description = "f64 or f32; both if absent.", DefaultValueFactory = _ => [] };
        dtypes.AcceptOnlyFromAmong("f64", "f32");
        var rounds = new Option<int>("--rounds") { Description = "How often both sides are timed in turns.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads of each side.", DefaultValueFactory = _ => 1 };
        var python = new Option<string>("--python") { Description = "The Python that has PyTorch.", DefaultValueFactory = _ => "python3" };
        var command = new Command("objectives", "Times whole objectives of gradbench and ADBench with their derivatives beside PyTorch (Linux).")
            { names, modes, dtypes, rounds, threads, python };
        command.SetAction(parsed =>
        {
            // read by the backend at its first use
            Environment.SetEnvironmentVariable("HYPERDIFF_THREADS", parsed.GetValue(threads).ToString(CultureInfo.InvariantCulture));
            Console.WriteLine($"backend: {CpuBackend.Instance.Name}");
            string? absence = PeerProcess.Absence(parsed.GetValue(python)!, "plain");
            Console.WriteLine(absence
                ?? $"beside PyTorch, its allocator told to keep memory; medians of the least of {parsed.GetValue(rounds)} rounds in turns");
            using KernelPeer? peer = absence is null ? new KernelPeer(parsed.GetValue(python)!, "objectives.py", parsed.GetValue(threads)) : null;
            string[] objectives = parsed.GetValue(names)!, ways = parsed.GetValue(modes)!, types = parsed.GetValue(dtypes)!;
            int wrong = 0;
            foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
            {
                if (types.Length > 0 && !types.Contains(dtype == DType.Float64 ? "f64" : "f32"))
                {
                    continue;
                }

                Console.WriteLine($"\n{dtype.Name()}\n\n{ObjectiveRow.Head}");
                foreach (ObjectiveCase objective in ObjectiveCase.All.Where(objective => objectives.Length == 0 || objectives.Contains(objective.Name)))
                {
                    foreach ((string mode, Func<Tensor[], Func<Tensor[]>> prepare) in objective.Modes.Where(m => ways.Length == 0 || ways.Contains(m.Name)))
                    {
                        Tensor[] data = objective.Data(dtype);
                        ObjectiveRow row = Row((objective, mode, prepare(data)), data, peer, (parsed.GetValue(rounds), parsed.GetValue(threads)));
                        Console.WriteLine(row);
                        wrong += row.IsWrong ? 1 : 0;
                    }
                }
            }

            return wrong;
        });
        return command;
    }

    private static ObjectiveRow Row(
        (ObjectiveCase Case, string Mode, Func<Tensor[]> Call) objective, Tensor[] data, KernelPeer? peer, (int Rounds, int Threads) counts)
    {
        (double difference, string? absence) = PeerTurns.Compare(peer, (objective.Case.Peer, objective.Mode), (data, []), objective.Call());
        double limit = data[0].DType == DType.Float64 ? 1e-10 : 1e-4;
        List<double> ours = [], theirs = [];
        if (difference <= limit)
        {
            PeerTurns.Warm(WarmTurns, () => Ours());
            for (int round = 0; round < counts.Rounds; round++)
            {
                ours.Add(Ours());
                if (absence is null)
                {
                    theirs.Add(peer!.Time(MillisecondsPerTurn));
                }
            }
        }

        return new ObjectiveRow(objective.Case, objective.Mode, ours, theirs, (difference, limit, absence));

        double Ours() => PeerTurns.Least(() => objective.Call(), MillisecondsPerTurn, counts.Threads);
    }
}
