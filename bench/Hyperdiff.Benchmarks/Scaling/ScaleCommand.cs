using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Hyperdiff.Benchmarks.Peers;

namespace Hyperdiff.Benchmarks.Scaling;

/// <summary><c>scale</c>: how time and allocation grow with every size, with fitted exponents.</summary>
internal static class ScaleCommand
{
    private const string Threads = "HYPERDIFF_THREADS";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var axis = new Option<string[]>("--axis")
        {
            Description = "n, d, K, T or threads; all of them if absent. May be given more than once.",
            DefaultValueFactory = _ => []
        };
        axis.AcceptOnlyFromAmong("n", "d", "K", "T", "threads");
        var seconds = new Option<double>("--seconds") { Description = "How long each size is timed.", DefaultValueFactory = _ => 0.5 };
        var shared = new Option<bool>("--shared") { Description = "Times what threads share, with those of this process alone.", Hidden = true };
        var command = new Command("scale", "Times hypergradients of growing logistic regressions: time ~ sizeᵃ, allocation ~ sizeᵇ.") { axis, seconds, shared };
        command.SetAction(parsed =>
        {
            TimeSpan duration = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            if (parsed.GetValue(shared))
            {
                Console.WriteLine(Timing.Of(ScaleAxis.Shared(), duration).MedianMicroseconds.ToString("R", CultureInfo.InvariantCulture));
                return;
            }

            string[] asked = parsed.GetValue(axis) ?? [];
            foreach (ScaleAxis one in ScaleAxis.All.Where(one => asked.Length == 0 || asked.Contains(one.Name)))
            {
                Grow(one, duration);
            }

            if (asked.Length == 0 || asked.Contains("threads"))
            {
                GrowThreads(duration);
            }
        });
        return command;
    }

    private static void Grow(ScaleAxis axis, TimeSpan duration)
    {
        Console.WriteLine($"{axis.Name} grows; {axis.Fixed}");
        var times = new List<(double, double)>();
        var bytes = new List<(double, double)>();
        foreach (int value in axis.Values)
        {
            Timing timing = Timing.Of(axis.CallAt(value), duration);
            times.Add((value, timing.MedianMicroseconds));
            bytes.Add((value, timing.AllocatedBytes));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {value,7}  {timing.MedianMicroseconds,12:F1} µs  {timing.AllocatedBytes,12} B"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  time ~ {axis.Name}^{PowerLaw.Fit(times).Exponent:F2}, allocation ~ {axis.Name}^{PowerLaw.Fit(bytes).Exponent:F2}"));
    }

    // the threads of a process are fixed at its first product
    private static void GrowThreads(TimeSpan duration)
    {
        Console.WriteLine("threads grow; n = 16000, d = 200, K = 20, implicit");
        var times = new List<(double, double)>();
        for (int threads = 1; threads <= Environment.ProcessorCount; threads *= 2)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!,
                ["scale", "--shared", "--seconds", duration.TotalSeconds.ToString("R", CultureInfo.InvariantCulture)])
            { RedirectStandardOutput = true };
            start.Environment[Threads] = threads.ToString(CultureInfo.InvariantCulture);
            using Process process = Process.Start(start)!;
            double microseconds = double.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
            process.WaitForExit();
            times.Add((threads, microseconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {threads,7}  {microseconds,12:F1} µs"));
        }

        Console.WriteLine(times.Count > 1
            ? string.Create(CultureInfo.InvariantCulture, $"  time ~ threads^{PowerLaw.Fit(times).Exponent:F2}") : "  one processor: nothing to fit");
    }
}
