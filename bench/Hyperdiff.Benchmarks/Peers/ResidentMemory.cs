using System.Globalization;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>The resident memory of this process, in MiB (Linux).</summary>
internal static class ResidentMemory
{
    private const double KibibytesPerMebibyte = 1024;

    /// <summary>What it is now.</summary>
    public static double Now() => Status("VmRSS");

    /// <summary>The most that it was since <see cref="ForgetPeak"/>.</summary>
    public static double Peak() => Status("VmHWM");

    /// <summary>From here on, the peak is of what follows.</summary>
    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static double Status(string field) => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ',
            StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / KibibytesPerMebibyte;
}
