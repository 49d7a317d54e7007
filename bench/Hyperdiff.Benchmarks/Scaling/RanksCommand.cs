using System.CommandLine;
using System.Globalization;

namespace Hyperdiff.Benchmarks.Scaling;

/// <summary><c>ranks</c>: what sums and hypergradients take over ranks of this process, as they are and with the latency and bandwidth of a network, and where
/// that stops to scale.</summary>
internal static class RanksCommand
{
    private static readonly int[] s_counts = [1, 2, 4];
    private static readonly int[] s_powers = [.. Enumerable.Range(0, 13).Select(power => 1 << power)];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var samples = new Option<int>("--samples") { Description = "Samples of all ranks, or of each.", DefaultValueFactory = _ => 40_000 };
        var features = new Option<int>("--features") { Description = "Features of a sample: the size of w and λ.", DefaultValueFactory = _ => 200 };
        var rounds = new Option<int>("--rounds") { Description = "How often each call is timed.", DefaultValueFactory = _ => 15 };
        var alpha = new Option<double[]>("--alpha")
        {
            Description = "Latencies to simulate, in microseconds.",
            DefaultValueFactory = _ => [20, 200, 2000],
            AllowMultipleArgumentsPerToken = true,
        };
        var beta = new Option<double>("--beta") { Description = "Nanoseconds per byte to simulate: 1 is 8 Gbit/s.", DefaultValueFactory = _ => 1 };
        var command = new Command("ranks", "Times sums and hypergradients over ranks, and where simulated networks stop them from scaling.")
        {
            samples, features, rounds, alpha, beta,
        };
        command.SetAction(parsed =>
        {
            int times = parsed.GetValue(rounds);
            Sums(times);
            var job = new RankJob(parsed.GetValue(samples), parsed.GetValue(features), times);
            Measured(job, "fixed in all", count => job.Samples / count);
            Measured(job, "fixed on each rank", _ => job.Samples);
            Simulated(job, parsed.GetValue(alpha) ?? [], parsed.GetValue(beta));
        });
        return command;
    }

    private static void Sums(int rounds)
    {
        Console.WriteLine($"{"a sum",-22} {"ranks",5} {"µs",10} {"exchanges",10} {"bytes",10}");
        foreach (int numbers in (int[])[1, 52, 1000, 100_000, 1_000_000])
        {
            foreach (int count in s_counts.Where(count => count > 1))
            {
                RankTiming timing = RankTiming.Of(count, rounds, ranks =>
                {
                    var values = new double[numbers];
                    return () => ranks.Sum(values);
                });
                (long exchanges, long bytes) = RankNetwork.Sum(count, numbers);
                bool agrees = (exchanges, bytes) == (timing.Traffic.Exchanges, timing.Traffic.Bytes);
                (string sum, string check) = ($"{numbers} float64", agrees ? "as by formula" : $"not {bytes}, as by formula");
                Write($"{sum,-22} {count,5} {timing.Seconds * 1e6,10:F1} {timing.Traffic.Exchanges,10} {timing.Traffic.Bytes,10} {check}");
            }
        }
    }

    private static void Measured(RankJob job, string what, Func<int, int> samplesOfEach)
    {
        Write($"\nhypergradient, d = {job.Features}, {job.Samples} samples {what}");
        Console.WriteLine($"{"ranks",5} {"ms",10} {"to 1 rank",10} {"collectives",12} {"exchanges",10} {"bytes",10}");
        double alone = 0;
        foreach (int count in s_counts)
        {
            RankTiming timing = RankTiming.Of(count, job.Rounds, ranks => job.Call(ranks, samplesOfEach(count)));
            alone = count == 1 ? timing.Seconds : alone;
            RankTraffic traffic = timing.Traffic;
            Write($"{count,5} {timing.Seconds * 1e3,10:F2} {timing.Seconds / alone,10:F2} {traffic.Collectives,12} {traffic.Exchanges,10} {traffic.Bytes,10}");
        }
    }

    // few samples on each, so that what is delayed is seen beside little work, which more ranks than cores would share
    private static void Simulated(RankJob job, double[] latencies, double nanosecondsPerByte)
    {
        int few = Math.Max(job.Samples / 100, 8);
        double Alone(int samples) => RankTiming.Of(1, job.Rounds, ranks => job.Call(ranks, samples)).Seconds;
        double small = Alone(few), perSample = (Alone(job.Samples) - small) / (job.Samples - few), always = Math.Max(small - (perSample * few), 0);
        Write($"\nsimulated: α per exchange and doubling of ranks, β = {nanosecondsPerByte} ns per byte");
        Write($"alone {always * 1e3:F2} ms + {perSample * 1e6:F3} µs per sample");
        Console.WriteLine($"{"α, µs",8} {"ranks",6} {"ms",9} {"predicted",10}");
        RankTraffic Two(int samples) => RankTiming.Of(2, 1, ranks => job.Call(ranks, samples)).Traffic;
        (RankTraffic ofFew, RankTraffic ofAll) = (Two(few), Two(job.Samples / 2));
        foreach (double latency in latencies)
        {
            RankNetwork Network(RankTraffic two) => RankNetwork.Of(two, job.Features, latency * 1e-6, nanosecondsPerByte * 1e-9);
            (RankNetwork network, RankNetwork whole) = (Network(ofFew), Network(ofAll));
            foreach (int count in s_counts.Where(count => count > 1))
            {
                TimeSpan delay = TimeSpan.FromSeconds(network.Alpha * Math.Log2(count));
                RankTiming timing = RankTiming.Of(count, job.Rounds, ranks => job.Call(ranks, few), ranks => ranks.Delayed(delay, network.Beta));
                Write($"{latency,8} {count,6} {timing.Seconds * 1e3,9:F2} {(always + (perSample * few) + network.Seconds(count)) * 1e3,10:F2}");
            }

            foreach (double samples in (double[])[job.Samples, 100.0 * job.Samples, 10_000.0 * job.Samples])
            {
                double At(int count) => always + (perSample * samples / count) + whole.Seconds(count);
                int best = s_powers.MinBy(At), half = s_powers.Last(count => At(1) / (count * At(count)) >= 0.5);
                Write($"{latency,8} {samples,10:G3} samples: half of the ideal speed up to {half} ranks, fastest with {best} (×{At(1) / At(best):F0})");
                Write($"{string.Empty,30} with 1024 ranks ×{At(1) / At(1024):F0}, of which the network takes {whole.Seconds(1024) / At(1024):P0}");
            }
        }
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
