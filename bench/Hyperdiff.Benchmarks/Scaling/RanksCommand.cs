using System.CommandLine;
using System.Globalization;

namespace Hyperdiff.Benchmarks.Scaling;

/// <summary><c>ranks</c>: what sums and hypergradients take over ranks of this process, as they are and with the latency and bandwidth of a network, and where
/// that stops to scale.</summary>
internal static class RanksCommand
{
    private const int MostRanks = 4096;

    private static readonly int[] s_counts = [1, 2, 4];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var samples = new Option<int>("--samples") { Description = "Samples of all ranks, or of each.", DefaultValueFactory = _ => 40_000 };
        var features = new Option<int>("--features") { Description = "Features of a sample: the size of w and λ.", DefaultValueFactory = _ => 200 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of all in turns.", DefaultValueFactory = _ => 7 };
        var alpha = new Option<double[]>("--alpha") { Description = "Latencies to simulate, in microseconds.", DefaultValueFactory = _ => [20, 200, 2000] };
        var beta = new Option<double>("--beta") { Description = "Nanoseconds per byte to simulate: 1 is 8 Gbit/s.", DefaultValueFactory = _ => 1 };
        var command = new Command("ranks", "Times sums and hypergradients over ranks, and where simulated networks stop them from scaling.")
        {
            samples, features, rounds, alpha, beta,
        };
        command.SetAction(parsed =>
        {
            int rounds1 = parsed.GetValue(rounds);
            Sums(rounds1);
            RankJob job = new(parsed.GetValue(samples), parsed.GetValue(features), rounds1);
            Measured(job, "fixed in all", count => job.Samples / count);
            Measured(job, "fixed on each rank", _ => job.Samples);
            Simulated(job, parsed.GetValue(alpha) ?? [], parsed.GetValue(beta));
        });
        return command;
    }

    private static void Sums(int rounds)
    {
        Console.WriteLine($"{"a sum",-22} {"ranks",5} {"µs",10} {"exchanges",10} {"bytes",10} {"by formula",10}");
        foreach (int numbers in (int[])[1, 52, 1000, 100_000, 1_000_000])
        {
            foreach (int count in s_counts.Where(count => count > 1))
            {
                RankTiming timing = RankTiming.Of(count, rounds, ranks =>
                {
                    var values = new double[numbers];
                    return () => ranks.Sum(values);
                });
                long size = sizeof(double), openings = (count - 1) * 512L;
                long formula = openings + (numbers <= 52 ? 0 : numbers * size * count <= 65_536 ? (count - 1) * numbers * size
                    : 2 * (numbers / count * count) * size * (count - 1) / count);
                Write($"{$"{numbers} float64",-22} {count,5} {timing.Seconds * 1e6,10:F1} {timing.Traffic.Exchanges,10} {timing.Traffic.Bytes,10} {formula,10}");
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

    // few samples on each: what is delayed is to be seen beside little work, which more ranks than cores share
    private static void Simulated(RankJob job, double[] latencies, double nanosecondsPerByte)
    {
        int few = Math.Max(job.Samples / 100, 8);
        double small = RankTiming.Of(1, job.Rounds, ranks => job.Call(ranks, few)).Seconds, large = RankTiming.Of(1, job.Rounds, ranks => job.Call(ranks, job.Samples)).Seconds;
        double perSample = (large - small) / (job.Samples - few), fixedPart = Math.Max(small - (perSample * few), 0);
        Write($"\nsimulated: α per exchange and doubling of ranks, β = {nanosecondsPerByte} ns per byte; a rank alone takes {fixedPart * 1e3:F2} ms + {perSample * 1e6:F3} µs per sample");
        Console.WriteLine($"{"α, µs",8} {"ranks",6} {"ms",9} {"predicted",10}");
        foreach (double latency in latencies)
        {
            RankTiming two = default!;
            foreach (int count in s_counts.Where(count => count > 1))
            {
                double alpha = latency * 1e-6 * Math.Log2(count);
                RankTiming timing = RankTiming.Of(
                    count, job.Rounds, ranks => job.Call(ranks, few), ranks => ranks.Delayed(TimeSpan.FromSeconds(alpha), nanosecondsPerByte * 1e-9));
                two = count == 2 ? timing : two;
                double predicted = fixedPart + (perSample * few) + Network(count, two.Traffic, latency * 1e-6, nanosecondsPerByte * 1e-9);
                Write($"{latency,8} {count,6} {timing.Seconds * 1e3,9:F2} {predicted * 1e3,10:F2}");
            }

            double At(int count, double samples) => fixedPart + (perSample * samples / count) + Network(count, two.Traffic, latency * 1e-6, nanosecondsPerByte * 1e-9);
            foreach (double samples in (double[])[job.Samples, 100.0 * job.Samples, 10_000.0 * job.Samples])
            {
                int[] powers = [.. Enumerable.Range(0, 13).Select(power => 1 << power).Where(count => count <= MostRanks)];
                int best = powers.MinBy(count => At(count, samples));
                int half = powers.Last(count => At(1, samples) / (count * At(count, samples)) >= 0.5);
                (double fastest, double thousand) = (At(1, samples) / At(best, samples), At(1, samples) / At(1024, samples));
                Write($"{latency,8} {samples,10:G3} samples: at half efficiency up to {half} ranks, fastest with {best} (×{fastest:F0}); 1024 ranks ×{thousand:F0}");
            }
        }
    }

    /// <summary>α of each exchange for every doubling of ranks, β of each byte; those of two ranks tell those of any number.</summary>
    private static double Network(int count, RankTraffic two, double alpha, double beta)
    {
        if (count == 1)
        {
            return 0;
        }

        double openings = 512.0 * two.Collectives, sliced = two.Bytes - openings;
        return (two.Exchanges * alpha * Math.Log2(count)) + (beta * ((openings * (count - 1)) + (2 * sliced * (count - 1) / count)));
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
